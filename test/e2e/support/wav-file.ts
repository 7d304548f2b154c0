import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

/** Bytes in front of the samples. */
export const WAV_HEADER = 44;
const FRAME = 4;
export const WAV_RATE = 8000;

/** A recording as sound: the caller on the left, the callee on the right. */
export interface WavFile {
  readonly left: Int16Array;
  readonly right: Int16Array;
  /** Samples of each. */
  readonly frames: number;
}

/**
 * Reads a file as players do: the header says how long it is. Behind that there may be sound that is told with the next
 * header; all that the header tells has to be there.
 */
export function readWav(path: string): WavFile {
  const content = readFileSync(path);
  assert.equal(content.toString('latin1', 0, 4), 'RIFF');
  assert.equal(content.toString('latin1', 8, 16), 'WAVEfmt ');
  const format = [16, 20, 22].map((at) => (at === 16 ? content.readUInt32LE(at) : content.readUInt16LE(at)));
  assert.deepEqual(format, [16, 1, 2], 'PCM of two channels');
  assert.deepEqual([content.readUInt32LE(24), content.readUInt32LE(28)], [WAV_RATE, WAV_RATE * FRAME]);
  assert.deepEqual([content.readUInt16LE(32), content.readUInt16LE(34)], [FRAME, 16]);
  assert.equal(content.toString('latin1', 36, 40), 'data');
  const bytes = content.readUInt32LE(40);
  assert.equal(content.readUInt32LE(4), WAV_HEADER - 8 + bytes);
  assert.equal(bytes % FRAME, 0);
  assert.ok(content.length >= WAV_HEADER + bytes, `${content.length} bytes, ${bytes} of sound`);
  const frames = bytes / FRAME;
  const channel = (index: number) =>
    Int16Array.from({ length: frames }, (_, i) => content.readInt16LE(WAV_HEADER + i * FRAME + 2 * index));
  return { left: channel(0), right: channel(1), frames };
}
