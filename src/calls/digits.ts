/** More are counted. */
const MOST_DIGITS = 128;

/** A digit that a party has sent (RFC 4733). */
export interface SentDigit {
  readonly digit: string;
  /** dBm0 without the sign. */
  readonly volume: number;
  /** In ticks of the RTP clock. */
  readonly duration: number;
  /** RTP time stamp: when it began. */
  readonly timestamp: number;
}

/** The same in a call record, as `docs/call-record.schema.json` describes it. */
export interface DigitRecord {
  readonly at: string;
  readonly digit: string;
  readonly duration_ticks: number;
  readonly volume_dbm0: number;
  readonly rtp_timestamp: number;
}

/** Digits of a party, in the order of their ends. */
export class Digits {
  readonly #digits: DigitRecord[] = [];
  #leftOut = 0;

  /** Those that came first. */
  get list(): readonly DigitRecord[] {
    return this.#digits;
  }

  /** How many came after them. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** Takes in a digit whose end came at `at`, Unix milliseconds. One that several modules have found is one. */
  add({ digit, volume, duration, timestamp }: SentDigit, at: number): void {
    const time = new Date(at).toISOString();
    if (this.#digits.some((known) => known.rtp_timestamp === timestamp && known.at === time)) return;
    if (this.#digits.length >= MOST_DIGITS) {
      this.#leftOut += 1;
      return;
    }
    // 0 - 0 is no -0.
    const level = 0 - volume;
    this.#digits.push({ at: time, digit, duration_ticks: duration, volume_dbm0: level, rtp_timestamp: timestamp });
  }
}
