import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import { atEnd, type TestScope } from '../cleanup.ts';
import { Mailbox } from '../mailbox.ts';
import { type CallOptions, SipCall } from './call.ts';
import { formatMessage, headerOf, parseMessage, type SipMessage, statusOf } from './message.ts';

/** Where a phone sends what it has to say: its SIP proxy. */
export interface SipProxy {
  readonly host: string;
  readonly port: number;
}

/** A SIP phone on UDP that does what the test says, step by step, and nothing by itself but the ACK of a failed call. */
export class SipPhone {
  readonly #socket: Socket;
  readonly #proxy: SipProxy;
  readonly #calls = new Map<string, SipCall>();
  readonly #incoming = new Mailbox<SipCall>();
  /** Datagrams that were read already, with the answer to each request: a retransmission brings nothing new. */
  readonly #known = new Map<string, string>();

  private constructor(socket: Socket, proxy: SipProxy) {
    this.#socket = socket;
    this.#proxy = proxy;
    socket.on('message', (datagram) => this.#receive(datagram.toString('utf8')));
  }

  /** Opens a phone on a port that the kernel chooses; closed when the test ends. */
  static async open(scope: TestScope, host: string, proxy: SipProxy): Promise<SipPhone> {
    const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
    socket.bind(0, host);
    await once(socket, 'listening');
    atEnd(scope, () => {
      socket.close();
    });
    return new SipPhone(socket, proxy);
  }

  /** Host and port as they stand in a SIP address. */
  get authority(): string {
    const { address, port } = this.#socket.address();
    return `${isIPv6(address) ? `[${address}]` : address}:${port}`;
  }

  get host(): string {
    return this.#socket.address().address;
  }

  get uri(): string {
    return `<sip:phone@${this.authority}>`;
  }

  /** A call that this phone will start; nothing is sent yet. */
  call(to: string, options: CallOptions): SipCall {
    const call = new SipCall(this, { callId: options.callId, localTag: options.tag, remote: to });
    this.#calls.set(options.callId, call);
    return call;
  }

  /** The next call that comes in, with its INVITE as the first request in it. */
  incoming(): Promise<SipCall> {
    return this.#incoming.take(`call at ${this.authority}`);
  }

  /** Sends a message; `answers` is the request that it is the answer to. */
  send(message: SipMessage, answers?: string): void {
    const text = formatMessage(message);
    if (answers !== undefined) this.#known.set(answers, text);
    this.#socket.send(text, this.#proxy.port, this.#proxy.host);
  }

  #receive(text: string): void {
    const answer = this.#known.get(text);
    if (answer !== undefined) {
      if (answer !== '') this.#socket.send(answer, this.#proxy.port, this.#proxy.host);
      return;
    }
    this.#known.set(text, '');
    const message = parseMessage(text);
    const callId = headerOf(message, 'Call-ID');
    let call = this.#calls.get(callId);
    if (call === undefined) {
      if (statusOf(message) !== 0) return;
      call = SipCall.received(this, message);
      this.#calls.set(callId, call);
      this.#incoming.put(call);
    }
    call.receive(message, text);
  }
}
