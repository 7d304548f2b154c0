import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { strerror } from '../../log/strerror.ts';
import { MAX_HEP_BYTES } from './hep.ts';
import { collectorText, type HepSender, type SenderParts } from './sender.ts';

/** What may wait for a collector that is away or slow. */
const MAX_WAITING = 4 * 1024 * 1024;
/** Of what waits, in one write. */
const MAX_WRITE = 64 * 1024;
/** Pauses between tries to connect double from the first to the last, ms. The first try comes at once. */
const PAUSE_MS = { first: 100, last: 10_000 } as const;
/** A connection that ends earlier than that counts as one more failed try. */
const LASTING_MS = 5000;
/** A connection that takes longer to be made is given up, and so is one in which nothing moves, ms. */
const CONNECT_MS = 5000;
const STALL_MS = 60_000;
const KEEP_ALIVE_MS = 30_000;
const SILENT = 'it does not answer';

/**
 * Writes packets back to back into one connection, which is made again whenever it ends. Packets wait meanwhile, as far as there is
 * room; those that the kernel has not taken when a connection ends are written again into the next one.
 */
export class TcpSender implements HepSender {
  readonly maxBytes = MAX_HEP_BYTES;
  readonly #parts: SenderParts;
  #queue: Buffer[] = [];
  #waiting = 0;
  /** Connected; and being connected. */
  #socket: Socket | undefined;
  #dialing: Socket | undefined;
  #connectedAt = 0;
  /** In the hands of the kernel since then. */
  #writing: readonly Buffer[] = [];
  #pause = 0;
  #timer: NodeJS.Timeout | undefined;
  /** It was told that there is no connection. */
  #toldDown = false;
  /** Set while `close` waits. */
  #onIdle: (() => void) | undefined;
  #closing: NodeJS.Timeout | undefined;
  #closed = false;

  private constructor(parts: SenderParts) {
    this.#parts = parts;
  }

  /** Rejects when the collector does not take a connection now. */
  static async open(parts: SenderParts): Promise<TcpSender> {
    const sender = new TcpSender(parts);
    const socket = sender.#dial();
    try {
      await once(socket, 'connect');
    } catch (error) {
      socket.destroy();
      throw error;
    }
    sender.#use(socket);
    return sender;
  }

  send(packet: Buffer): void {
    if (this.#closed) return;
    if (this.#waiting + packet.length > MAX_WAITING) {
      this.#parts.losses.add(1, this.#socket === undefined ? 'it cannot be reached' : 'it does not take them');
      return;
    }
    this.#queue.push(packet);
    this.#waiting += packet.length;
    this.#write();
  }

  async close(ms: number): Promise<void> {
    if (this.#waiting > 0) {
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
        this.#closing = setTimeout(resolve, ms);
      });
    }
    clearTimeout(this.#closing);
    clearTimeout(this.#timer);
    this.#closed = true;
    const left = this.#queue.length + this.#writing.length;
    if (left > 0) this.#parts.losses.add(left, 'the daemon ends');
    const socket = this.#socket ?? this.#dialing;
    this.#socket = undefined;
    if (left > 0) socket?.destroy();
    else socket?.destroySoon();
  }

  #dial(): Socket {
    const { host, port } = this.#parts;
    const socket = connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS });
    this.#dialing = socket;
    return socket.setTimeout(CONNECT_MS, () => socket.destroy(new Error(SILENT)));
  }

  /** Of a socket that is connected. */
  #use(socket: Socket): void {
    this.#dialing = undefined;
    this.#socket = socket;
    this.#connectedAt = performance.now();
    let failure: Error | undefined;
    const lost = () => this.#lost(socket, failure);
    socket.setTimeout(0);
    socket.on('error', (error) => {
      failure = error;
    });
    // What the collector says is read and dropped, so that its end is seen.
    socket.once('end', lost).once('close', lost).resume();
    if (this.#toldDown) this.#parts.log('INFO', `connected to the collector ${collectorText(this.#parts)} again`);
    this.#toldDown = false;
    this.#write();
  }

  /** The next write, unless one is under way. */
  #write(): void {
    const socket = this.#socket;
    if (socket === undefined || this.#writing.length > 0 || this.#queue.length === 0) return;
    const packets = this.#take();
    this.#writing = packets;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => socket.destroy(new Error(SILENT)), STALL_MS).unref();
    socket.write(Buffer.concat(packets), (error) => {
      // A failed write is followed by the end of the socket.
      if (error || this.#socket !== socket) return;
      clearTimeout(this.#timer);
      this.#writing = [];
      this.#waiting -= lengthOf(packets);
      this.#parts.delivered(packets.length);
      if (this.#queue.length === 0) this.#onIdle?.();
      this.#write();
    });
  }

  #take(): Buffer[] {
    let bytes = 0;
    const end = this.#queue.findIndex((packet) => {
      bytes += packet.length;
      return bytes > MAX_WRITE;
    });
    return this.#queue.splice(0, end < 0 ? this.#queue.length : Math.max(1, end));
  }

  /** The connection has ended; without a `failure` the collector has closed it. */
  #lost(socket: Socket, failure: Error | undefined): void {
    if (this.#socket !== socket) return;
    this.#socket = undefined;
    socket.destroy();
    this.#queue = [...this.#writing, ...this.#queue];
    this.#writing = [];
    if (performance.now() - this.#connectedAt >= LASTING_MS) this.#pause = 0;
    this.#again(failure);
  }

  /** Tries to connect after a pause. */
  #again(failure: Error | undefined): void {
    if (this.#closed) return;
    this.#tellDown(failure);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#reconnect(), this.#pause).unref();
    this.#pause = Math.min(PAUSE_MS.last, Math.max(PAUSE_MS.first, 2 * this.#pause));
  }

  #reconnect(): void {
    const socket = this.#dial();
    const failed = (error: Error) => this.#again(error);
    socket.once('error', failed);
    socket.once('connect', () => {
      socket.off('error', failed);
      this.#use(socket);
    });
  }

  #tellDown(failure: Error | undefined): void {
    if (this.#toldDown) return;
    this.#toldDown = true;
    const why = failure === undefined ? 'closed by the collector' : strerror(failure);
    this.#parts.log('WARN', `no connection to the collector ${collectorText(this.#parts)}: ${why}; trying again`);
  }
}

function lengthOf(packets: readonly Buffer[]): number {
  return packets.reduce((sum, { length }) => sum + length, 0);
}
