import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { isAnyAddress, resolveHost, unmapped } from './address.ts';
import { cookieEnd, cookieStart } from './cookie.ts';
import { ControlBindError, errorCode } from './errors.ts';
import type { ReplyCache } from './reply-cache.ts';
import type { HostSpec } from './spec.ts';
import { type CommandHandler, MAX_COMMAND, MAX_COOKIE, MAX_REPLY, type Peer, type Transport } from './transport.ts';

/** Kernel buffers: room for the burst of commands that piles up while a long command runs. */
const SOCKET_BUFFER = 1024 * 1024;
/** Reply bytes that may wait in the process when the kernel takes no more. */
const MAX_UNSENT = 4 * 1024 * 1024;
/** Datagrams whose command has not been answered yet. */
const MAX_UNANSWERED = 4096;
const EMPTY = new Uint8Array(0);

/** `udp:` and `udp6:`: a cookie and a command per datagram, replies repeated from the cache (protocol.md 2.3). */
export class UdpTransport implements Transport {
  readonly #spec: HostSpec;
  readonly #cache: ReplyCache;
  #socket: Socket | undefined;
  #localHost: string | undefined;
  #port = 0;
  #unanswered = 0;
  #dropped = 0;
  #closed = false;

  constructor(spec: HostSpec, cache: ReplyCache) {
    this.#spec = spec;
    this.#cache = cache;
  }

  get name(): string {
    return this.#spec.text;
  }

  /** Bound port; 0 unless open. */
  get port(): number {
    return this.#port;
  }

  /** Datagrams and replies dropped because a bound was reached; their senders repeat them. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Rejects with ControlSpecError (unknown name) or ControlBindError. */
  async start(handler: CommandHandler): Promise<void> {
    const host = await resolveHost(this.#spec);
    if (this.#closed) throw new ControlBindError(this.name, 'ECANCELED');
    const socket = createSocket({
      type: this.#spec.family === 4 ? 'udp4' : 'udp6',
      recvBufferSize: SOCKET_BUFFER,
      sendBufferSize: SOCKET_BUFFER,
      // Every address here is numeric; the default resolver would cost each reply a detour through the event loop.
      lookup: (address, _options, callback) => callback(null, address, this.#spec.family),
    });
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once('error', reject).once('listening', resolve);
        socket.bind({ address: host, port: this.#spec.port, exclusive: true });
      });
    } catch (error) {
      socket.close();
      throw new ControlBindError(this.name, errorCode(error));
    }
    if (this.#closed) {
      socket.close();
      throw new ControlBindError(this.name, 'ECANCELED');
    }
    socket.removeAllListeners('error');
    // A failed receive concerns one datagram; the socket goes on.
    socket.on('error', () => {});
    socket.on('message', (datagram, sender) => this.#receive(datagram, sender, handler));
    this.#socket = socket;
    this.#port = socket.address().port;
    this.#localHost = isAnyAddress(host) ? undefined : host;
  }

  async close(): Promise<void> {
    this.#closed = true;
    const socket = this.#socket;
    if (socket === undefined) return;
    this.#socket = undefined;
    this.#port = 0;
    await new Promise<void>((resolve) => {
      socket.close(resolve);
    });
  }

  #receive(datagram: Buffer, sender: RemoteInfo, handler: CommandHandler): void {
    const length = Math.min(datagram.length, MAX_COMMAND);
    const start = cookieStart(datagram, length);
    const end = cookieEnd(datagram, start, length);
    if (end <= start || end - start > MAX_COOKIE) {
      if (this.#full()) return;
      this.#answer(handler(EMPTY, this.#peer(sender), MAX_REPLY), '', sender);
      return;
    }
    const cookie = datagram.toString('latin1', start, end);
    const prefix = `${cookie} `;
    const known = this.#cache.lookup(cookie);
    if (typeof known === 'string') {
      this.#send(prefix + known, sender);
      return;
    }
    if (this.#full()) return;
    if (known !== undefined) {
      this.#answer(known, prefix, sender);
      return;
    }
    const reply = handler(datagram.subarray(end, length), this.#peer(sender), MAX_REPLY - prefix.length);
    this.#cache.store(cookie, reply);
    this.#answer(reply, prefix, sender);
  }

  #full(): boolean {
    if (this.#unanswered < MAX_UNANSWERED) return false;
    this.#dropped++;
    return true;
  }

  #answer(reply: string | Promise<string>, prefix: string, sender: RemoteInfo): void {
    if (typeof reply === 'string') {
      this.#send(prefix + reply, sender);
      return;
    }
    this.#unanswered++;
    void reply.then((text) => {
      this.#unanswered--;
      this.#send(prefix + text, sender);
    });
  }

  #send(text: string, sender: RemoteInfo): void {
    const socket = this.#socket;
    // Nobody can be reached at port 0, which a forged datagram may come from.
    if (socket === undefined || sender.port === 0) return;
    if (socket.getSendQueueSize() > MAX_UNSENT) {
      this.#dropped++;
      return;
    }
    socket.send(Buffer.from(text, 'latin1'), sender.port, sender.address);
  }

  #peer(sender: RemoteInfo): Peer {
    const host = unmapped(sender.address);
    const localHost = this.#localHost;
    if (localHost === undefined) return { transport: 'udp', host, port: sender.port };
    return { transport: 'udp', host, port: sender.port, localHost };
  }
}
