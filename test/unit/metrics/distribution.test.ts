import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Distribution } from '../../../src/metrics/distribution.ts';

test('a value counts for every bound that it does not exceed', () => {
  const distribution = new Distribution([1, 2, 5]);
  assert.deepEqual([distribution.cumulative(), distribution.count, distribution.sum], [[0, 0, 0], 0, 0]);
  for (const value of [0, 1, 1.5, 5, 7]) distribution.add(value);
  assert.deepEqual([distribution.cumulative(), distribution.count, distribution.sum], [[2, 3, 4], 5, 14.5]);
});
