/** What is passed on unharmed, and from where on nothing is, as parts of the lower one of both rates: 3.4 and 4 of 8 kHz. */
const PASS = 0.425;
const STOP = 0.5;
/** How far below the sound lies what does not belong there, in dB; the ripple of what is passed on follows from it. */
const ATTENUATION = 80;
/** Coefficients that are kept at most. Rates that have nothing in common with the output's would need more. */
const MOST_COEFFICIENTS = 2 ** 21;
/** Samples that are taken in at once. */
const PART = 8192;

/** The highest rate that can be read, in Hz: the filter grows with it. */
export const HIGHEST_RATE = 768_000;

/**
 * Turns samples of one rate into samples of another, band-limited: a low-pass filter of a sinc below a Kaiser window
 * (J. F. Kaiser, 1974), of which each place between two samples has its own coefficients (polyphase). Memory does not grow with
 * what goes through.
 *
 * Of n samples in it makes n * output / input, rounded up; the first one is at the same time as the first one in.
 */
export class Resampler {
  /** Places between two samples of the input, and how many of them an output sample is further than the last one. */
  readonly #places: number;
  readonly #step: number;
  readonly #taps: number;
  readonly #phases: number;
  readonly #coefficients: Float32Array;
  /** Input around the output sample that is next. */
  readonly #window: Float32Array;
  /** What of the window is filled. */
  #filled: number;
  /** Where in the window the coefficients begin, and at which place between two samples the output sample is. */
  #begin = 0;
  #place = 0;
  /** Output samples that are left when the input has ended. */
  #left = Number.POSITIVE_INFINITY;
  #taken = 0;
  #made = 0;

  /** Rates in Hz: whole numbers from 1 on, up to HIGHEST_RATE. */
  constructor(inputRate: number, outputRate: number) {
    const common = greatestCommonDivisor(inputRate, outputRate);
    this.#places = outputRate / common;
    this.#step = inputRate / common;
    const cutoff = Math.min(1, outputRate / inputRate);
    const reach = Math.ceil(kaiserLength() / 2 / cutoff);
    this.#taps = 2 * reach;
    this.#phases = Math.max(1, Math.min(this.#places, Math.floor(MOST_COEFFICIENTS / this.#taps)));
    this.#coefficients = lowPass(this.#phases, reach, cutoff);
    this.#window = new Float32Array(this.#taps + PART);
    // The input begins after silence.
    this.#filled = reach - 1;
  }

  /** How many samples can be taken in now. */
  get room(): number {
    return this.#window.length - this.#filled + this.#begin;
  }

  /** Takes samples in, at most as many as there is room for. */
  write(samples: Float32Array): void {
    if (this.#filled + samples.length > this.#window.length) {
      this.#window.copyWithin(0, this.#begin, this.#filled);
      this.#filled -= this.#begin;
      this.#begin = 0;
    }
    this.#window.set(samples, this.#filled);
    this.#filled += samples.length;
    this.#taken += samples.length;
  }

  /** All that comes of the input was read. */
  get hasEnded(): boolean {
    return this.#left <= 0;
  }

  /** The input has ended. */
  end(): void {
    this.#left = Math.ceil((this.#taken * this.#places) / this.#step) - this.#made;
  }

  /** Fills `samples` from `start` on as far as the input allows it; behind the last one. */
  read(samples: Float32Array, start: number, end: number): number {
    let at = start;
    while (at < end && this.#left > 0) {
      if (this.#begin + this.#taps > this.#filled && !this.#fade()) break;
      samples[at++] = this.#sample();
      this.#left--;
      this.#made++;
      this.#place += this.#step;
      this.#begin += Math.floor(this.#place / this.#places);
      this.#place %= this.#places;
    }
    return at;
  }

  /** After its end the input is silent; false when it has not ended. */
  #fade(): boolean {
    if (this.#left === Number.POSITIVE_INFINITY) return false;
    const taken = this.#taken;
    this.write(new Float32Array(Math.min(this.room, this.#taps)));
    this.#taken = taken;
    return true;
  }

  #sample(): number {
    const coefficients = this.#coefficients;
    const window = this.#window;
    const begin = this.#begin;
    const from = Math.floor((this.#place * this.#phases) / this.#places) * this.#taps;
    let sum = 0;
    for (let i = 0; i < this.#taps; i++) sum += (coefficients[from + i] ?? 0) * (window[begin + i] ?? 0);
    return sum;
  }
}

/** Samples of the lower rate below the window. */
function kaiserLength(): number {
  return (ATTENUATION - 7.95) / (2.285 * 2 * Math.PI * (STOP - PASS));
}

/** For each phase the coefficients of `2 * reach` samples, the output sample being behind the one before their middle. */
function lowPass(phases: number, reach: number, cutoff: number): Float32Array {
  const taps = 2 * reach;
  const all = new Float32Array(phases * taps);
  const beta = 0.1102 * (ATTENUATION - 8.7);
  const band = (PASS + STOP) * cutoff;
  for (let phase = 0; phase < phases; phase++) {
    const ofPhase = all.subarray(phase * taps, (phase + 1) * taps);
    for (let i = 0; i < taps; i++) {
      const distance = i - (reach - 1) - phase / phases;
      ofPhase[i] = sinc(distance * band) * kaiser(distance / reach, beta);
    }
    // A level stays what it is at every phase.
    const sum = ofPhase.reduce((total, each) => total + each, 0);
    for (let i = 0; i < taps; i++) ofPhase[i] = (ofPhase[i] ?? 0) / sum;
  }
  return all;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** Kaiser's window from -1 to 1. */
function kaiser(x: number, beta: number): number {
  return x * x > 1 ? 0 : bessel(beta * Math.sqrt(1 - x * x)) / bessel(beta);
}

/** The modified Bessel function of the first kind and order 0, as its series. */
function bessel(x: number): number {
  let [sum, term] = [1, 1];
  for (let k = 1; term > sum * 1e-12; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
