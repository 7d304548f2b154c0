import { SAMPLE_RATE } from './payload-types.ts';

/** The most silence that is put in at once. What is missing beyond it follows at the next look. */
const MOST_SILENCE = 4000;
/** How much later than its place in the sound a packet may come before silence is put in, in seconds. */
const LATEST = 0.2;
/** How much faster than the clock time stamps may run before the clock is believed instead, in seconds. */
const FASTEST = 1;
const RANGE = 2 ** 32;

/**
 * Where the packets of a stream belong in its sound: how much silence goes before each. Time stamps say so, and the clock
 * that the recording has where they jump or stand still.
 */
export class Timeline {
  /** The first packet's. */
  readonly #startTime: number;
  /** What time stamps count from: the first one's, or another one where they have jumped. */
  #startStamp: number;
  /** The time stamp that is due now. */
  #stamp: number;
  /** Samples made so far. */
  #samples = 0;

  /** RTP time stamp of the first packet, and when it came, in seconds. */
  constructor(timestamp: number, time: number) {
    this.#startTime = time;
    this.#startStamp = timestamp;
    this.#stamp = timestamp;
  }

  /** Samples of silence to be made before a packet; 0: it is due. To be asked again after that. */
  silenceBefore(timestamp: number, time: number): number {
    const passed = time - this.#startTime;
    const advanced = (timestamp - this.#startStamp + RANGE) % RANGE;
    if (Math.floor(advanced / SAMPLE_RATE) > passed + FASTEST) {
      this.#stamp = timestamp;
      this.#startStamp = unsigned(timestamp - passed * SAMPLE_RATE);
    }
    const missing = timestamp - this.#stamp;
    // From the other side of a wrap no packet is waited for: in the C tool that is 2^32 samples of silence.
    if (missing > 0 && missing < RANGE / 2) {
      const silence = Math.min(missing, MOST_SILENCE);
      this.played(silence);
      return silence;
    }
    if (passed - this.#samples / SAMPLE_RATE > LATEST) {
      const silence = Math.min(Math.trunc((passed * SAMPLE_RATE - this.#samples) / 2), MOST_SILENCE);
      this.#samples += silence;
      return silence;
    }
    return 0;
  }

  /** So many samples of the stream were made. */
  played(samples: number): void {
    this.#stamp = (this.#stamp + samples) % RANGE;
    this.#samples += samples;
  }
}

/** The whole part as 32 bits unsigned. */
function unsigned(value: number): number {
  return ((Math.trunc(value) % RANGE) + RANGE) % RANGE;
}
