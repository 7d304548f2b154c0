import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BASIC_VERSION, FEATURES, supportsFeature } from '../../../src/protocol/capabilities.ts';

const off = { notifications: false };
const on = { notifications: true };

test('25 features with ascending dates and one line of text each, the base version first', () => {
  const dates = FEATURES.map((feature) => feature.date);
  assert.equal(BASIC_VERSION, '20040107');
  assert.equal(dates[0], BASIC_VERSION);
  assert.equal(dates.length, 25);
  assert.deepEqual(dates, [...dates].sort());
  for (const { text } of FEATURES) assert.match(text, /^[ -~]{10,70}$/);
});

test('every date is supported, 20081224 only with notifications', () => {
  for (const { date } of FEATURES) {
    assert.equal(supportsFeature(date, on), true, date);
    assert.equal(supportsFeature(date, off), date !== '20081224', date);
  }
});

test('nothing else is supported', () => {
  for (const date of ['', 'x', '2004010', '200401070', '20040107x', '20170313', '__proto__', 'get']) {
    assert.equal(supportsFeature(date, on), false, date);
  }
});
