import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Counters } from '../../../src/metrics/counters.ts';
import { COUNTER_NAMES } from '../../../src/protocol/statistics.ts';

test('counters start at 0 and grow by themselves', () => {
  const counters = new Counters();
  for (const name of COUNTER_NAMES) assert.equal(counters.get(name), 0);
  counters.add('nsess_created');
  counters.add('nsess_created');
  counters.add('total_duration', 1.5);
  assert.equal(counters.get('nsess_created'), 2);
  assert.equal(counters.get('total_duration'), 1.5);
  const others = COUNTER_NAMES.filter((name) => name !== 'nsess_created' && name !== 'total_duration');
  for (const name of others) assert.equal(counters.get(name), 0);
});
