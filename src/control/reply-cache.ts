/** How long the reply of a cookie is repeated, ms (protocol.md 2.3). */
export const REPLY_LIFE_MS = 35_000;
const SWEEP_MS = 3_000;
/** Memory of an entry beside its text: record, map slot, string headers. */
const ENTRY_OVERHEAD = 128;

export interface ReplyCacheOptions {
  /** Oldest replies are dropped first when either bound is passed. */
  readonly maxEntries?: number;
  readonly maxBytes?: number;
  /** Monotonic clock, ms. */
  readonly now?: () => number;
}

/** Entries form a queue in order of age: all live equally long, so the oldest is always the next to expire. */
interface Entry {
  readonly cookie: string;
  readonly reply: string;
  readonly expires: number;
  newer: Entry | undefined;
}

/**
 * Replies by cookie, for retransmitted datagrams (protocol.md 2.3). The daemon has one for all its UDP sockets, since the
 * cookie alone counts, not the sender. A command that is still running has its promise here, so that a retransmission
 * waits for the same reply instead of executing again.
 */
export class ReplyCache {
  readonly #maxEntries: number;
  readonly #maxBytes: number;
  readonly #now: () => number;
  readonly #entries = new Map<string, Entry>();
  readonly #running = new Map<string, Promise<string>>();
  #oldest: Entry | undefined;
  #newest: Entry | undefined;
  #bytes = 0;
  #hits = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ReplyCacheOptions = {}) {
    this.#maxEntries = options.maxEntries ?? 262_144;
    this.#maxBytes = options.maxBytes ?? 64 * 1024 * 1024;
    this.#now = options.now ?? (() => performance.now());
  }

  /** Requests answered from the cache so far (`ncmds_rcvd_ndups`). */
  get hits(): number {
    return this.#hits;
  }

  /** Replies held. */
  get size(): number {
    return this.#entries.size;
  }

  /** Estimated memory of the replies held. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The reply to repeat (without cookie), a promise while its command runs, or undefined for a new cookie. */
  lookup(cookie: string): string | Promise<string> | undefined {
    const entry = this.#entries.get(cookie);
    if (entry === undefined) {
      const running = this.#running.get(cookie);
      if (running !== undefined) this.#hits++;
      return running;
    }
    if (entry.expires <= this.#now()) {
      this.sweep();
      return undefined;
    }
    this.#hits++;
    return entry.reply;
  }

  /** Records the reply of a cookie that `lookup` did not know; the life of the entry starts when the reply is there. */
  store(cookie: string, reply: string | Promise<string>): void {
    if (typeof reply === 'string') {
      this.#append(cookie, reply);
      return;
    }
    const running = reply.then((text) => {
      // After clear() the cookie may run again, under another promise.
      if (this.#running.get(cookie) === running) {
        this.#running.delete(cookie);
        this.#append(cookie, text);
      }
      return text;
    });
    this.#running.set(cookie, running);
  }

  /** Drops what has expired. */
  sweep(): void {
    const now = this.#now();
    while (this.#oldest !== undefined && this.#oldest.expires <= now) this.#dropOldest();
    if (this.#oldest === undefined) this.#stopTimer();
  }

  /** Forgets everything and stops the timer. */
  clear(): void {
    this.#entries.clear();
    this.#running.clear();
    this.#oldest = undefined;
    this.#newest = undefined;
    this.#bytes = 0;
    this.#stopTimer();
  }

  #append(cookie: string, reply: string): void {
    const entry: Entry = { cookie, reply, expires: this.#now() + REPLY_LIFE_MS, newer: undefined };
    if (this.#newest === undefined) this.#oldest = entry;
    else this.#newest.newer = entry;
    this.#newest = entry;
    this.#entries.set(cookie, entry);
    this.#bytes += size(entry);
    while (this.#entries.size > this.#maxEntries || this.#bytes > this.#maxBytes) this.#dropOldest();
    this.#timer ??= setInterval(() => this.sweep(), SWEEP_MS).unref();
  }

  #dropOldest(): void {
    const entry = this.#oldest;
    if (entry === undefined) return;
    this.#oldest = entry.newer;
    if (this.#oldest === undefined) this.#newest = undefined;
    this.#entries.delete(entry.cookie);
    this.#bytes -= size(entry);
  }

  #stopTimer(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

function size(entry: Entry): number {
  return entry.cookie.length + entry.reply.length + ENTRY_OVERHEAD;
}
