import { randomInt } from 'node:crypto';

/** First and last RTP port of the table, both even, and how to walk it. */
export interface PortRange {
  readonly min: number;
  readonly max: number;
  /** `-b`: ascending from the pair given out last; otherwise in random order. */
  readonly sequential: boolean;
}

/** Tries to bind a port pair: true when it is bound, false when it is taken, and throws when no port can work. */
export type PortBinder = (port: number) => boolean;

/**
 * Port pairs of one address family (media.md 1.2): an even RTP port and the RTCP port after it. An allocation looks at every
 * pair once, starting behind the one given out last; pairs that our own sessions hold are passed over without a system call.
 */
export class PortTable {
  readonly #ports: Uint16Array;
  readonly #sequential: boolean;
  /** Index behind the pair given out last. */
  #next = 0;
  /** Pairs in use, per local host: bit 0 of the RTP port is always 0, so ports index the array halved. */
  readonly #used = new Map<string, Uint8Array>();

  constructor(range: PortRange) {
    const count = (range.max - range.min) / 2 + 1;
    this.#ports = Uint16Array.from({ length: count }, (_, index) => range.min + 2 * index);
    this.#sequential = range.sequential;
    if (!range.sequential) for (let i = 0; i < count; i++) this.#swap(i, randomInt(count));
  }

  /**
   * The RTP port that `bind` accepted, marked as used on `host`; undefined when every pair is taken. What `bind` throws ends
   * the search, and the next one starts behind that pair.
   */
  allocate(host: string, bind: PortBinder): number | undefined {
    const used = this.#usedOn(host);
    const count = this.#ports.length;
    const start = this.#next;
    for (let tried = 0; tried < count; tried++) {
      const index = (start + tried) % count;
      const port = this.#ports[index] ?? 0;
      if (used[port >> 1] === 1) continue;
      this.#next = (index + 1) % count;
      if (!bind(port)) continue;
      used[port >> 1] = 1;
      // Moved to a random place, so that the next round through the table is in another order.
      if (!this.#sequential) this.#swap(index, randomInt(count));
      return port;
    }
    this.#next = start;
    return undefined;
  }

  /** The pair may be given out again. */
  release(host: string, port: number): void {
    this.#usedOn(host)[port >> 1] = 0;
  }

  #usedOn(host: string): Uint8Array {
    let used = this.#used.get(host);
    if (used === undefined) {
      used = new Uint8Array(32768);
      this.#used.set(host, used);
    }
    return used;
  }

  #swap(a: number, b: number): void {
    const port = this.#ports[a] ?? 0;
    this.#ports[a] = this.#ports[b] ?? 0;
    this.#ports[b] = port;
  }
}
