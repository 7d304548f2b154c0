import { isAnyAddress, resolveHost } from './address.ts';
import { ControlBindError, errorCode } from './errors.ts';
import type { HostSpec } from './spec.ts';
import type { CommandHandler, Peer, Transport } from './transport.ts';

/** Who sent a datagram; consecutive ones of the same sender have the same object. */
export interface DatagramSender {
  readonly host: string;
  readonly port: number;
}

type DatagramReceiver = (command: Uint8Array, sender: DatagramSender, room: number) => string | Promise<string>;

/**
 * Control sockets that take a cookie and a command per datagram and repeat replies (protocol.md 2.3): only new commands
 * get here, those in malformed datagrams empty. The addon has them, on a thread of their own.
 */
export interface ControlSockets {
  /** Binds a numeric address; the socket's number. Throws an error with an errno name as `code`. */
  open(host: string, port: number, receiver: DatagramReceiver): number;
  port(socket: number): number;
  closeSocket(socket: number): void;
}

/** `udp:` and `udp6:`. */
export class UdpTransport implements Transport {
  readonly #spec: HostSpec;
  readonly #sockets: ControlSockets;
  #socket: number | undefined;
  #closed = false;

  constructor(spec: HostSpec, sockets: ControlSockets) {
    this.#spec = spec;
    this.#sockets = sockets;
  }

  get name(): string {
    return this.#spec.text;
  }

  /** Bound port; 0 unless open. */
  get port(): number {
    return this.#socket === undefined ? 0 : this.#sockets.port(this.#socket);
  }

  /** Rejects with ControlSpecError (unknown name) or ControlBindError. */
  async start(handler: CommandHandler): Promise<void> {
    const host = await resolveHost(this.#spec);
    if (this.#closed) throw new ControlBindError(this.name, 'ECANCELED');
    const peers = new Peers(isAnyAddress(host) ? undefined : host);
    try {
      this.#socket = this.#sockets.open(host, this.#spec.port, (command, sender, room) =>
        handler(command, peers.of(sender), room),
      );
    } catch (error) {
      throw new ControlBindError(this.name, errorCode(error));
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#socket !== undefined) this.#sockets.closeSocket(this.#socket);
    this.#socket = undefined;
  }
}

/** The peers of a socket; that of the sender before is kept. */
class Peers {
  readonly #localHost: string | undefined;
  #sender: DatagramSender | undefined;
  #peer: Peer = { transport: 'udp' };

  constructor(localHost: string | undefined) {
    this.#localHost = localHost;
  }

  of(sender: DatagramSender): Peer {
    if (sender === this.#sender) return this.#peer;
    const { host, port } = sender;
    const localHost = this.#localHost;
    this.#sender = sender;
    this.#peer = { transport: 'udp', host, port, ...(localHost === undefined ? {} : { localHost }) };
    return this.#peer;
  }
}
