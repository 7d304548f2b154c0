import { BLOCK_SAMPLES, type PromptEncoder } from './prompt-encoders.ts';
import type { SampleSource } from './sample-source.ts';

/** How much of a source becomes a prompt. */
export interface PromptLength {
  /** Samples at most; undefined: all of them. */
  readonly limit?: number | undefined;
  /** The source begins again at its end, until the limit. */
  readonly loop?: boolean;
}

/** A codec of a prompt, and who takes what it makes. */
export interface PromptTarget {
  readonly encoder: PromptEncoder;
  write(bytes: Uint8Array): Promise<void>;
}

/** What is handed over at once, of each codec. */
const PART = 32 * 1024;

/** Encodes a source for every target. A short last block is filled up with silence where a codec has frames. */
export async function encodeBlocks(
  source: SampleSource,
  length: PromptLength,
  targets: readonly PromptTarget[],
): Promise<void> {
  const outputs = targets.map((target) => new Output(target));
  const block = new Int16Array(BLOCK_SAMPLES);
  let left = length.limit ?? Number.POSITIVE_INFINITY;
  while (left > 0) {
    const wanted = Math.min(left, BLOCK_SAMPLES);
    let count = await source.read(block, 0, wanted);
    if (count < wanted && length.loop === true) {
      // Once for each block, as in the C tool: of a very short source a block has less than it could.
      await source.rewind();
      count = await source.read(block, count, wanted);
    }
    if (count === 0) break;
    block.fill(0, count);
    let before: Uint8Array = new Uint8Array(0);
    for (const output of outputs) before = await output.add(block, count, before);
    left -= count;
  }
  for (const output of outputs) await output.flush();
}

/** Collects what a codec makes. */
class Output {
  readonly #target: PromptTarget;
  #parts: Uint8Array[] = [];
  #bytes = 0;

  constructor(target: PromptTarget) {
    this.#target = target;
  }

  async add(block: Int16Array, count: number, before: Uint8Array): Promise<Uint8Array> {
    const bytes = this.#target.encoder.encode(block, count, before);
    this.#parts.push(bytes);
    this.#bytes += bytes.length;
    if (this.#bytes >= PART) await this.flush();
    return bytes;
  }

  async flush(): Promise<void> {
    const bytes = Buffer.concat(this.#parts);
    this.#parts = [];
    this.#bytes = 0;
    await this.#target.write(bytes);
  }
}
