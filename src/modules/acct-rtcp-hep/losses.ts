/** Counts packets that are lost, and tells of the first ones at once and of the others from time to time. */
export class Losses {
  readonly #count: (lost: number) => void;
  readonly #tell: (text: string) => void;
  #timer: NodeJS.Timeout | undefined;
  /** Since they were told last, and why the last one was. */
  #untold = 0;
  #reason = '';

  /** Milliseconds between two lines. */
  static readonly INTERVAL_MS = 10_000;

  constructor(count: (lost: number) => void, tell: (text: string) => void) {
    this.#count = count;
    this.#tell = tell;
  }

  add(lost: number, reason: string): void {
    this.#count(lost);
    this.#untold += lost;
    this.#reason = reason;
    if (this.#timer === undefined) this.#report();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#untold > 0) this.#tellNow();
  }

  #report(): void {
    this.#timer = undefined;
    if (this.#untold === 0) return;
    this.#tellNow();
    this.#timer = setTimeout(() => this.#report(), Losses.INTERVAL_MS).unref();
  }

  #tellNow(): void {
    const what = this.#untold === 1 ? '1 packet' : `${this.#untold} packets`;
    this.#untold = 0;
    this.#tell(`${what} to the collector lost: ${this.#reason}`);
  }
}
