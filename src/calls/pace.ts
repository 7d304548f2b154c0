import { performance } from 'node:perf_hooks';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';

/** What is done in one turn of the event loop, less than 0.1 ms. */
const TURN = 20;
/** After so many turns there is a pause of so many milliseconds, unless somebody waits, or the work has taken so long already. */
const TURNS = 4;
const PAUSE_MS = 5;
const LONG_MS = 600;

/**
 * Work on many calls in short turns: commands get theirs in between. It counts in units of what it costs to look at a call that has not
 * changed, some microseconds.
 */
export class Pace {
  readonly #awaited: boolean;
  readonly #started = performance.now();
  #turn = 0;
  #turns = 0;

  /** `awaited`: somebody waits for the work. */
  constructor(awaited: boolean) {
    this.#awaited = awaited;
  }

  /** So much was done. */
  count(work: number): void {
    this.#turn += work;
  }

  /** No more may be done in this turn. */
  get due(): boolean {
    return this.#turn >= TURN;
  }

  /** Waits for the next turn. */
  async next(): Promise<void> {
    this.#turn = 0;
    this.#turns += 1;
    await (this.#hurries || this.#turns % TURNS > 0 ? nextTurn() : delay(PAUSE_MS));
  }

  get #hurries(): boolean {
    return this.#awaited || performance.now() - this.#started > LONG_MS;
  }
}
