import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PeakMeter } from '../../../src/audio/peaks.ts';

test('the greatest magnitude of each channel, and the first frame that has it', () => {
  const meter = new PeakMeter(2);
  meter.add(Int16Array.of(1, -5, 7, 5));
  meter.add(Int16Array.of(-7, 0, 8, -32768));
  assert.deepEqual(meter.peaks, [
    { magnitude: 8, frame: 3 },
    { magnitude: 32768, frame: 3 },
  ]);
});

test('silence has none', () => {
  const meter = new PeakMeter(1);
  meter.add(new Int16Array(10));
  assert.deepEqual(meter.peaks, [{ magnitude: 0, frame: 0 }]);
});
