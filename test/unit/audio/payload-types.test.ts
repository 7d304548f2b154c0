import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleCount } from '../../../src/audio/payload-types.ts';

test('how long payloads last', () => {
  const rows: readonly [payloadType: number, payload: readonly number[] | number, samples: number][] = [
    [0, 160, 160],
    [8, 1, 1],
    [9, 80, 80],
    [3, 33, 160],
    [3, 98, 320],
    [3, 32, 0],
    [18, 20, 160],
    [18, 12, 160],
    // Frames of 24 and 20 bytes, of silence with 4, and of 1; the last one is cut off.
    [4, [0, ...Array(23).fill(9), 1, ...Array(19).fill(9), 2, 9, 9, 9, 3, 0], 5 * 240],
    [0, 0, -1],
    [13, 1, -1],
    [101, 4, -1],
  ];
  for (const [payloadType, payload, samples] of rows) {
    const bytes = Buffer.concat([
      Buffer.alloc(3, 0xff),
      typeof payload === 'number' ? Buffer.alloc(payload) : Buffer.from(payload),
    ]);
    assert.equal(sampleCount(payloadType, bytes, 3, bytes.length), samples, `payload type ${payloadType}`);
  }
});
