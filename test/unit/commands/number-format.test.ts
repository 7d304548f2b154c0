import assert from 'node:assert/strict';
import { test } from 'node:test';
import { real } from '../../../src/commands/number-format.ts';

test('real numbers have six decimals', () => {
  assert.equal(real(0), '0.000000');
  assert.equal(real(1 / 3), '0.333333');
  assert.equal(real(1234567.8901239), '1234567.890124');
});
