/** So many at once, and per second from then on. */
export interface LogRate {
  readonly burst: number;
  readonly perSecond: number;
}

/** What is left of a rate. */
export class TokenBucket {
  readonly #rate: LogRate;
  #tokens: number;
  #filledAt: number;

  /** Times are in milliseconds. */
  constructor(rate: LogRate, now: number) {
    this.#rate = rate;
    this.#tokens = rate.burst;
    this.#filledAt = now;
  }

  /** Whether there was one to take. */
  take(now: number): boolean {
    const { burst, perSecond } = this.#rate;
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#filledAt) * perSecond) / 1000);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
