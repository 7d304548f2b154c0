import { performance } from 'node:perf_hooks';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';

/** What is done in one turn of the event loop, about 0.1 ms: commands get theirs in between. */
const TURN = 40;
/** Between two turns, milliseconds, and for all of them together. */
const PAUSE_MS = 5;
const SPREAD_MS = 600;

/**
 * Work on many calls that commands, packets and their processors need not wait for: in short turns, and where nobody waits for it
 * spread over time. It counts in units of what it costs to look at a call that has not changed, some microseconds.
 */
export class Pace {
  readonly #started = performance.now();
  readonly #expected: number;
  #done = 0;
  #turn = 0;

  /** `expected` is the work that there will be; 0: it is wanted at once, and only the turns are apart. */
  constructor(expected = 0) {
    this.#expected = expected;
  }

  get done(): number {
    return this.#done;
  }

  /** So much was done. */
  count(work: number): void {
    this.#done += work;
    this.#turn += work;
  }

  /** No more may be done in this turn. */
  get due(): boolean {
    return this.#turn >= TURN;
  }

  /** Waits for the next turn. */
  async next(): Promise<void> {
    this.#turn = 0;
    const share = this.#expected === 0 ? 0 : Math.min(1, this.#done / this.#expected);
    const early = this.#started + SPREAD_MS * share - performance.now();
    await (early < 1 ? nextTurn() : delay(Math.min(early, PAUSE_MS)));
  }
}
