import type { ByteSource } from './byte-source.ts';

/** 16-bit samples of 8 kHz, mono, one after the other. */
export interface SampleSource {
  /** Fills `samples` from `start` on, as far as there are any; behind the last one. */
  read(samples: Int16Array, start: number, end: number): Promise<number>;
  /** Begins again. */
  rewind(): Promise<void>;
  close(): Promise<void>;
}

/** Nothing but samples, 16-bit little-endian. An odd byte at the end is none. */
export class RawSamples implements SampleSource {
  readonly #source: ByteSource;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  async read(samples: Int16Array, start: number, end: number): Promise<number> {
    let at = start;
    while (at < end && (await this.#source.has(2))) {
      const { bytes } = this.#source;
      const count = Math.min(end - at, Math.floor(bytes.length / 2));
      for (let i = 0; i < count; i++) samples[at + i] = bytes.readInt16LE(2 * i);
      this.#source.skip(2 * count);
      at += count;
    }
    return at;
  }

  async rewind(): Promise<void> {
    await this.#source.seek(0);
  }

  async close(): Promise<void> {
    await this.#source.close();
  }
}
