import { performance } from 'node:perf_hooks';

/** Tasks that wait at most, however quick the disk is. */
const MAX_WAITING = 32_768;
/** Tasks that wait behind a disk that does not answer, where nothing else is said; and when that is said of it, milliseconds. */
const MAX_STALLED = 256;
const STALLED_MS = 1000;

interface Waiting {
  readonly start: () => void;
  readonly refuse: (error: LaneFullError) => void;
}

/**
 * File operations of one kind, a few at a time: the others wait in their order. Node has four threads for files and names
 * together, so a disk that does not answer must not get all of them.
 */
export class FileLane {
  #free: number;
  readonly #stalled: number;
  readonly #waiting: Waiting[] = [];
  /** When the last task got its turn, in milliseconds of the monotonic clock. */
  #movedAt = 0;

  /** `width` operations run at a time; `stalled` of them wait when none has ended for a second. */
  constructor(width: number, stalled = MAX_STALLED) {
    this.#free = width;
    this.#stalled = stalled;
  }

  /**
   * The task's result, once it had its turn. Rejects with LaneFullError when too many wait: behind a disk that does not answer
   * those who came last, as soon as one more comes.
   */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await this.#turn();
    this.#movedAt = performance.now();
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next.start();
    }
  }

  #turn(): Promise<void> {
    const most = performance.now() - this.#movedAt > STALLED_MS ? this.#stalled : MAX_WAITING;
    for (const { refuse } of this.#waiting.splice(most)) refuse(new LaneFullError());
    if (this.#waiting.length >= most) return Promise.reject(new LaneFullError());
    return new Promise((start, refuse) => {
      this.#waiting.push({ start, refuse });
    });
  }
}

/** So many file operations wait that the disk seems not to answer. */
export class LaneFullError extends Error {
  constructor() {
    super('the disk does not answer');
  }
}
