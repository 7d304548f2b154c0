/** Tasks that may wait for their turn. */
const MAX_WAITING = 256;

/**
 * File operations of one kind, a few at a time: the others wait in their order. Node has four threads for files and names
 * together, so a disk that does not answer must not get all of them.
 */
export class FileLane {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  /** `width` operations run at a time. */
  constructor(width: number) {
    this.#free = width;
  }

  /** The task's result, once it had its turn. Rejects with LaneFullError when too many wait already. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await this.#turn();
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }

  #turn(): Promise<void> {
    if (this.#waiting.length >= MAX_WAITING) return Promise.reject(new LaneFullError());
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }
}

/** So many file operations wait that the disk seems not to answer. */
export class LaneFullError extends Error {
  constructor() {
    super('the disk does not answer');
  }
}
