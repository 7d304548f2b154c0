import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clock, duration, hundredths, NOTHING, percent, tenths, whole } from '../../../src/page/format.ts';

test('numbers have groups and a fixed number of decimals', () => {
  assert.equal(whole(1_234_567), '1,234,567');
  assert.equal(tenths(0.04), '0.0');
  assert.equal(tenths(12.36), '12.4');
  assert.equal(hundredths(4.4), '4.40');
  assert.equal(percent(0.345), '35 %');
});

test('what is not known is no number', () => {
  for (const text of [whole(null), tenths(null), hundredths(null), clock(null), clock('soon')])
    assert.equal(text, NOTHING);
});

test('durations are as long as they have to be', () => {
  assert.equal(duration(-1), '0:00');
  assert.equal(duration(7.9), '0:07');
  assert.equal(duration(600), '10:00');
  assert.equal(duration(3661), '1:01:01');
  assert.equal(duration(86_400 * 14 + 6 * 3600 + 56 * 60), '14 d 06:56');
});

test('a time is told as the time of the day here', () => {
  const at = new Date(2026, 0, 2, 3, 4, 5);
  assert.equal(clock(at.toISOString()), '03:04:05');
});
