import type { Sent } from '../addon/unix-datagram.ts';

/** Where datagrams go. */
export interface DatagramSocket {
  send(bytes: Uint8Array): Sent;
  close(): void;
}

/** Lines that wait for a service that is slow. */
const MAX_WAITING = 1024;
const RETRY_MS = 20;

/**
 * Datagrams to a log service, in their order. One that is too slow for a burst gets it later, as far as there is room; one
 * that is away loses them.
 */
export class DatagramQueue {
  readonly #socket: DatagramSocket;
  readonly #lost: (count: number) => void;
  readonly #waiting: Buffer[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** `lost` hears of those that had to wait, and then could not be sent. */
  constructor(socket: DatagramSocket, lost: (count: number) => void = () => {}) {
    this.#socket = socket;
    this.#lost = lost;
  }

  /** False: it is lost. */
  send(bytes: Buffer): boolean {
    // In order: nothing overtakes what waits.
    const sent = this.#waiting.length > 0 ? 'full' : this.#socket.send(bytes);
    if (sent !== 'full') return sent === 'sent';
    if (this.#waiting.length >= MAX_WAITING) return false;
    this.#waiting.push(bytes);
    this.#timer ??= setTimeout(() => this.#retry(), RETRY_MS).unref();
    return true;
  }

  /** Tries once more. */
  close(): void {
    this.#retry();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const left = this.#waiting.splice(0).length;
    if (left > 0) this.#lost(left);
    this.#socket.close();
  }

  #retry(): void {
    this.#timer = undefined;
    let [done, lost] = [0, 0];
    for (const bytes of this.#waiting) {
      const sent = this.#socket.send(bytes);
      if (sent === 'full') break;
      done += 1;
      if (sent !== 'sent') lost += 1;
    }
    this.#waiting.splice(0, done);
    if (lost > 0) this.#lost(lost);
    if (this.#waiting.length > 0) this.#timer = setTimeout(() => this.#retry(), RETRY_MS).unref();
  }
}
