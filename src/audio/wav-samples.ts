import type { ByteSource } from './byte-source.ts';
import { SAMPLE_RATE } from './payload-types.ts';
import { Resampler } from './resampler.ts';
import type { SampleSource } from './sample-source.ts';
import { cutOff, readWavHeader, type WavHeader } from './wav-header.ts';

/** Frames that are taken at once. */
const PART = 4096;

/** The samples of a WAV file: its channels in equal parts, at 8 kHz. */
export class WavSamples implements SampleSource {
  readonly #source: ByteSource;
  readonly #header: WavHeader;
  readonly #frameBytes: number;
  readonly #mono = new Float32Array(PART);
  readonly #made = new Float32Array(PART);
  /** Undefined: the file is at 8 kHz. */
  #resampler: Resampler | undefined;
  /** Bytes of samples that are still to be read. */
  #left: number;

  private constructor(source: ByteSource, header: WavHeader) {
    this.#source = source;
    this.#header = header;
    this.#frameBytes = header.channels * header.reader.width;
    this.#left = header.bytes;
    this.#resampler = this.#newResampler();
  }

  /** @throws WavError */
  static async open(source: ByteSource): Promise<WavSamples> {
    return new WavSamples(source, await readWavHeader(source));
  }

  async read(samples: Int16Array, start: number, end: number): Promise<number> {
    let at = start;
    while (at < end) {
      const count = await this.#make(Math.min(end - at, PART));
      if (count === 0) break;
      for (let i = 0; i < count; i++) samples[at + i] = to16Bits(this.#made[i] ?? 0);
      at += count;
    }
    return at;
  }

  async rewind(): Promise<void> {
    await this.#source.seek(this.#header.begin);
    this.#left = this.#header.bytes;
    this.#resampler = this.#newResampler();
  }

  async close(): Promise<void> {
    await this.#source.close();
  }

  #newResampler(): Resampler | undefined {
    const { rate } = this.#header;
    return rate === SAMPLE_RATE ? undefined : new Resampler(rate, SAMPLE_RATE);
  }

  /** Makes at most so many samples of 8 kHz; 0: there are no more. */
  async #make(most: number): Promise<number> {
    const resampler = this.#resampler;
    if (resampler === undefined) return this.#frames(this.#made, most);
    for (;;) {
      const count = resampler.read(this.#made, 0, most);
      if (count > 0 || resampler.hasEnded) return count;
      const taken = await this.#frames(this.#mono, Math.min(resampler.room, PART));
      if (taken > 0) resampler.write(this.#mono.subarray(0, taken));
      else resampler.end();
    }
  }

  /** Reads at most so many frames, each as one sample; how many there were. */
  async #frames(into: Float32Array, most: number): Promise<number> {
    const width = this.#frameBytes;
    if (this.#left < width) return 0;
    if (!(await this.#source.has(width))) {
      const missing = this.#left - this.#source.bytes.length;
      if (Number.isFinite(missing)) throw cutOff(missing);
      return 0;
    }
    const { bytes } = this.#source;
    const count = Math.min(most, Math.floor(bytes.length / width), Math.floor(this.#left / width));
    for (let i = 0; i < count; i++) into[i] = this.#frame(bytes, i * width);
    this.#source.skip(count * width);
    this.#left -= count * width;
    return count;
  }

  #frame(bytes: Buffer, offset: number): number {
    const { channels, reader } = this.#header;
    if (channels === 1) return reader.at(bytes, offset);
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) sum += reader.at(bytes, offset + channel * reader.width);
    return sum / channels;
  }
}

function to16Bits(value: number): number {
  return Math.min(Math.max(Math.round(value), -32768), 32767);
}
