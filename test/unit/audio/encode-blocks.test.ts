import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeBlocks, type PromptLength } from '../../../src/audio/encode-blocks.ts';
import { ownEncoder, type PromptEncoder } from '../../../src/audio/prompt-encoders.ts';
import type { SampleSource } from '../../../src/audio/sample-source.ts';

/** Samples that are in memory. */
class SampleList implements SampleSource {
  readonly #samples: Int16Array;
  #at = 0;

  constructor(samples: Int16Array) {
    this.#samples = samples;
  }

  async read(samples: Int16Array, start: number, end: number): Promise<number> {
    const part = this.#samples.subarray(this.#at, this.#at + end - start);
    samples.set(part, start);
    this.#at += part.length;
    return start + part.length;
  }

  async rewind(): Promise<void> {
    this.#at = 0;
  }

  async close(): Promise<void> {}
}

/** Hands the samples of each block over as they are: those of the prompt, or the whole block. */
function copying(whole: boolean): PromptEncoder {
  return {
    payloadType: 99,
    encode: (block, count) => Uint8Array.from(whole ? block : block.subarray(0, count)),
  };
}

async function encoded(samples: number, length: PromptLength, encoder = copying(false)): Promise<number[]> {
  const parts: number[] = [];
  const write = async (bytes: Uint8Array): Promise<void> => void parts.push(...bytes);
  const source = new SampleList(Int16Array.from({ length: samples }, (_, index) => 1 + (index % 100)));
  await encodeBlocks(source, length, [{ encoder, write }]);
  return parts;
}

test('all samples are encoded, and a short last block is filled up where there are frames', async () => {
  assert.equal((await encoded(250, {})).length, 250);
  const frames = await encoded(250, {}, copying(true));
  assert.equal(frames.length, 320);
  assert.deepEqual(frames.slice(250), Array(70).fill(0));
  assert.deepEqual(await encoded(0, {}), []);
});

test('no more than the limit', async () => {
  assert.equal((await encoded(1000, { limit: 161 })).length, 161);
  assert.equal((await encoded(100, { limit: 161 })).length, 100);
});

test('a source that is too short begins again, once for each block', async () => {
  const looped = await encoded(100, { limit: 500, loop: true });
  assert.equal(looped.length, 500);
  assert.deepEqual(looped.slice(98, 102), [99, 100, 1, 2]);
  // Of a single sample the first block has two, any other one.
  assert.equal((await encoded(1, { limit: 10, loop: true }, copying(true))).length, 9 * 160);
  assert.deepEqual(await encoded(0, { limit: 10, loop: true }), []);
});

test('long prompts come in parts, each codec by itself', async () => {
  const lengths: number[] = [];
  const encoder = ownEncoder(8);
  assert.ok(encoder !== undefined);
  const write = async (bytes: Uint8Array): Promise<void> => void lengths.push(bytes.length);
  await encodeBlocks(new SampleList(new Int16Array(100_000)), {}, [{ encoder, write }]);
  assert.equal(
    lengths.reduce((sum, length) => sum + length, 0),
    100_000,
  );
  assert.ok(lengths.length > 2 && lengths.length < 10);
});

test('an error of a file ends it', async () => {
  const write = (): Promise<void> => Promise.reject(new Error('full'));
  const source = new SampleList(new Int16Array(100_000));
  await assert.rejects(encodeBlocks(source, {}, [{ encoder: copying(true), write }]), /^Error: full$/);
});
