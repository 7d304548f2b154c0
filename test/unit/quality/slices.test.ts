import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SliceMeter } from '../../../src/quality/slices.ts';
import type { PacketCounts } from '../../../src/quality/stream.ts';

function counts(expected: number, lost: number, lossEvents = lost, late = 0): PacketCounts {
  return { expected, lost, lossEvents, late };
}

test('a slice is the difference of cumulative counts; the worst and the mean are kept', () => {
  const meter = new SliceMeter();
  assert.deepEqual(meter.qualities, { min: undefined, mean: undefined });
  const good = meter.cut(counts(250, 0), 0);
  const bad = meter.cut(counts(500, 25, 5, 2), 0);
  const { mos, ...rest } = bad;
  assert.deepEqual(rest, { expected: 250, lost: 25, lossEvents: 5, late: 2 });
  assert.ok(mos !== undefined && good.mos !== undefined && mos < good.mos - 0.5);
  assert.deepEqual(meter.qualities, { min: mos, mean: (mos + good.mos) / 2 });
});

test('a slice with few packets has no score and does not count', () => {
  const meter = new SliceMeter();
  const first = meter.cut(counts(250, 0), 8);
  assert.equal(meter.cut(counts(260, 8), 8).mos, undefined);
  assert.equal(meter.cut(counts(260, 8), 8).expected, 0);
  assert.deepEqual(meter.qualities, { min: first.mos, mean: first.mos });
});

test('a loss that is taken back later is no negative one', () => {
  const meter = new SliceMeter();
  meter.cut(counts(250, 3), 0);
  const { mos, ...rest } = meter.cut(counts(500, 2, 2), 0);
  assert.deepEqual(rest, { expected: 250, lost: 0, lossEvents: 0, late: 0 });
  assert.ok((mos ?? 0) > 4.4);
});
