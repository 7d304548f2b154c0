import { performance } from 'node:perf_hooks';

/** Tasks that wait at most, however quick the disk is. */
const MAX_WAITING = 32_768;
/** Tasks that wait behind a disk that does not answer, where nothing else is said; and when that is said of it, milliseconds. */
const MAX_STALLED = 256;
const STALLED_MS = 1000;
/** How often is looked whether it has answered, milliseconds. */
const LOOK_MS = 100;

interface Waiting {
  readonly start: () => void;
  readonly refuse: (error: LaneFullError) => void;
}

/**
 * File operations of one kind, a few at a time: the others wait in their order. Node has a few threads for files and names
 * together (docs/architecture.md 9), so a disk that does not answer must not get all of them.
 */
export class FileLane {
  #free: number;
  readonly #stalled: number;
  readonly #waiting: Waiting[] = [];
  /** Looks while tasks wait: when it did last, and for how long no task has got its turn, milliseconds of the monotonic clock. */
  #looking: NodeJS.Timeout | undefined;
  #lookedAt = 0;
  #stood = 0;

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
    this.#stood = 0;
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next.start();
      if (this.#waiting.length === 0) this.#rest();
    }
  }

  #turn(): Promise<void> {
    const most = this.#stood >= STALLED_MS ? this.#stalled : MAX_WAITING;
    for (const { refuse } of this.#waiting.splice(most)) refuse(new LaneFullError());
    if (this.#waiting.length >= most) return Promise.reject(new LaneFullError());
    if (this.#looking === undefined) {
      this.#lookedAt = performance.now();
      this.#looking = setInterval(() => this.#look(), LOOK_MS).unref();
    }
    return new Promise((start, refuse) => {
      this.#waiting.push({ start, refuse });
    });
  }

  /** A look that comes late says nothing of the disk: the answers of that time have not been heard of yet. */
  #look(): void {
    const now = performance.now();
    const passed = now - this.#lookedAt;
    this.#lookedAt = now;
    if (passed < 2 * LOOK_MS) this.#stood += passed;
  }

  #rest(): void {
    clearInterval(this.#looking);
    this.#looking = undefined;
  }
}

/** So many file operations wait that the disk seems not to answer. */
export class LaneFullError extends Error {
  constructor() {
    super('the disk does not answer');
  }
}
