import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CallMeter } from '../../../src/metrics/call-meter.ts';

test('an ended call counts with its duration, and with what is known of either stream', () => {
  const meter = new CallMeter();
  const caller = { mos_lq: 4, loss_percent: 2, jitter_mean_ms: 10 };
  const callee = { mos_lq: null, loss_percent: 0, jitter_mean_ms: null };
  meter.ended({ duration_s: 90, caller, callee });
  const { duration, mos, loss, jitter } = meter;
  assert.deepEqual([duration.count, duration.sum], [1, 90]);
  assert.deepEqual([mos.count, mos.sum], [1, 4]);
  assert.deepEqual([loss.count, loss.sum, loss.cumulative()[0]], [2, 0.02, 1]);
  assert.deepEqual([jitter.count, jitter.sum], [1, 0.01]);
});
