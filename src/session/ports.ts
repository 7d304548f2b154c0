import { randomInt } from 'node:crypto';
import { constants } from 'node:os';
import { EngineError, isPortBusy } from '../addon/errors.ts';
import type { Family } from '../protocol/local-address.ts';

/** First and last RTP port of the table, both even, and how to walk it. */
export interface PortRange {
  readonly min: number;
  readonly max: number;
  /** `-b`: ascending from the pair given out last; otherwise in random order. */
  readonly sequential: boolean;
}

/** Of more addresses than that, those without a pair in use are forgotten: each takes 32 KiB. */
const MAX_IDLE_HOSTS = 16;

/** The pairs of one address that are in use. */
interface UsedPairs {
  count: number;
  /** By half the RTP port, whose bit 0 is always 0. */
  readonly pairs: Uint8Array;
}

/** Tries to bind a port pair: true when it is bound, false when it is taken, and throws when no port can work. */
export type PortBinder = (port: number) => boolean;

/**
 * Port pairs of one address family (media.md 1.2): an even RTP port and the RTCP port after it. An allocation looks at every
 * pair once, starting behind the one given out last; pairs that our own sessions hold are passed over without a system call.
 */
export class PortTable {
  readonly #first: number;
  /** RTP ports in the order in which they are given out; 0 for one that is still where it is in ascending order. */
  readonly #ports: Uint16Array;
  readonly #sequential: boolean;
  /** Index behind the pair given out last. */
  #next = 0;
  /** By local host, which any command may name. */
  readonly #used = new Map<string, UsedPairs>();

  constructor(range: PortRange) {
    this.#first = range.min;
    this.#ports = new Uint16Array((range.max - range.min) / 2 + 1);
    this.#sequential = range.sequential;
  }

  /**
   * The RTP port that `bind` accepted, marked as used on `host`; undefined when every pair is taken. What `bind` throws ends
   * the search, and the next one starts behind that pair.
   */
  allocate(host: string, bind: PortBinder): number | undefined {
    const used = this.#usedOn(host);
    try {
      return this.#search(used, bind);
    } finally {
      this.#forget(host, used);
    }
  }

  #search(used: UsedPairs, bind: PortBinder): number | undefined {
    const { pairs } = used;
    const count = this.#ports.length;
    const start = this.#next;
    for (let tried = 0; tried < count; tried++) {
      const index = (start + tried) % count;
      if (pairs[this.#at(index) >> 1] === 1) continue;
      if (!this.#sequential) this.#draw(index, pairs);
      this.#next = (index + 1) % count;
      const port = this.#at(index);
      if (!bind(port)) continue;
      pairs[port >> 1] = 1;
      used.count += 1;
      return port;
    }
    this.#next = start;
    return undefined;
  }

  /** The pair may be given out again. */
  release(host: string, port: number): void {
    const used = this.#used.get(host);
    if (used === undefined || used.pairs[port >> 1] === 0) return;
    used.pairs[port >> 1] = 0;
    used.count -= 1;
    this.#forget(host, used);
  }

  /** Pairs of each host. */
  get size(): number {
    return this.#ports.length;
  }

  /** How many pairs are in use on a host. */
  inUse(host: string): number {
    return this.#used.get(host)?.count ?? 0;
  }

  /** And on all of them. */
  get allInUse(): number {
    let sum = 0;
    for (const { count } of this.#used.values()) sum += count;
    return sum;
  }

  #usedOn(host: string): UsedPairs {
    let used = this.#used.get(host);
    if (used === undefined) {
      used = { count: 0, pairs: new Uint8Array(32768) };
      this.#used.set(host, used);
    }
    return used;
  }

  #forget(host: string, used: UsedPairs): void {
    if (used.count === 0 && this.#used.size > MAX_IDLE_HOSTS) this.#used.delete(host);
  }

  #at(index: number): number {
    return this.#ports[index] || this.#first + 2 * index;
  }

  /**
   * Puts one of the pairs that this round has not come to yet in the place of a free one, if it is free too. So each round
   * shuffles the table, a step for each pair given out, and the start of the daemon need not do it.
   */
  #draw(index: number, pairs: Uint8Array): void {
    const other = index + randomInt(this.#ports.length - index);
    const port = this.#at(other);
    if (pairs[port >> 1] === 1) return;
    this.#ports[other] = this.#at(index);
    this.#ports[index] = port;
  }
}

/** The part of a local address that ports are bound on. */
export interface PortHost {
  readonly host: string;
  readonly family: Family;
}

/** No port pair could be had; the message says why. */
export class NoPortError extends Error {}

/** The media port pairs of both families: those of sessions' legs, and those that copies leave from. */
export class PortPairs {
  readonly #tables: Record<Family, PortTable>;
  readonly #sync: () => void;

  /** `sync` waits until the ports and descriptors of calls that just ended are free. */
  constructor(range: PortRange, sync: () => void) {
    this.#tables = { 4: new PortTable(range), 6: new PortTable(range) };
    this.#sync = sync;
  }

  /**
   * The RTP port of a pair that `open` could bind, for which it returned 0 and not an errno.
   *
   * @throws NoPortError when there is none, EngineError when none can work on this address
   */
  allocate(at: PortHost, open: (port: number) => number): number {
    const bind = (port: number): boolean => {
      const errno = open(port);
      if (errno !== 0 && !isPortBusy(errno)) throw new EngineError(errno, `binding ${at.host}:${port}`);
      return errno === 0;
    };
    const table = this.#tables[at.family];
    let port: number | undefined;
    try {
      port = table.allocate(at.host, bind);
    } catch (error) {
      if (!isExhaustion(error)) throw error;
    }
    if (port !== undefined) return port;
    // What calls that just ended had may be on its way back.
    this.#sync();
    port = table.allocate(at.host, bind);
    if (port === undefined) throw new NoPortError('every port pair is in use');
    return port;
  }

  /** Pairs that each host has, and how many are in use on `hosts`, in their order, and on all others together. */
  usage(hosts: readonly PortHost[]): {
    readonly size: number;
    readonly used: readonly number[];
    readonly elsewhere: number;
  } {
    const used = hosts.map(({ host, family }) => this.#tables[family].inUse(host));
    const all = this.#tables[4].allInUse + this.#tables[6].allInUse;
    return { size: this.#tables[4].size, used, elsewhere: all - used.reduce((sum, count) => sum + count, 0) };
  }

  /** The pair may be given out again. */
  release(at: PortHost, port: number): void {
    this.#tables[at.family].release(at.host, port);
  }
}

function isExhaustion(error: unknown): boolean {
  if (!(error instanceof EngineError)) return false;
  const { EMFILE, ENFILE, ENOBUFS, ENOMEM } = constants.errno;
  return [EMFILE, ENFILE, ENOBUFS, ENOMEM].includes(error.errno);
}
