import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { test } from 'node:test';
import { sessionRow } from '../../../src/addon/figures.ts';
import { KeptSnapshot } from '../../../src/addon/kept-snapshot.ts';
import { rowOf, sessionStats } from '../session/stats.ts';

test('a version is another one when figures are, and not when time passes', () => {
  const kept = new KeptSnapshot();
  const versions: number[] = [];
  const take = (row: Float64Array) => {
    assert.ok(kept.take(row, 0));
    versions.push(kept.version);
  };
  assert.equal(kept.version, 0);
  take(rowOf(sessionStats(60)));
  take(rowOf(sessionStats(59)));
  take(rowOf(sessionStats(59, { addressSince: 0.0004 })));
  assert.equal(kept.figures.ttl, 59);
  take(rowOf(sessionStats(58, {}, { lossEvents: 1 })));
  take(rowOf(sessionStats(58, {}, { lossEvents: 1, farLoss: 0.25 })));
  assert.deepEqual(versions, [1, 1, 1, 2, 3]);
  assert.deepEqual(kept.figures, sessionStats(58, {}, { lossEvents: 1, farLoss: 0.25 }));
});

test('the row is that of the last snapshot, and there is none before the first one', () => {
  const kept = new KeptSnapshot();
  assert.deepEqual([kept.row.length, kept.figures.ttl], [0, 0]);
  const row = rowOf(sessionStats(60, { lossEvents: 1 }));
  kept.take(row, 0);
  assert.deepEqual(kept.row, row);
  row.fill(0);
  assert.equal(kept.figures.ttl, 60, 'a row of its own');
});

test('small differences count once they have come to something', () => {
  const kept = new KeptSnapshot();
  for (let step = 0; step <= 10; step++) kept.take(rowOf(sessionStats(60, { longestIpi: step * 0.0004 })), 0);
  assert.equal(kept.version, 4);
  assert.ok(Math.abs(kept.figures.legs[0].longestIpi - 0.004) < 0.001);
});

test('the row of a stale handle is not taken over', (t) => {
  let clock = 5;
  t.mock.method(performance, 'now', () => clock);
  const kept = new KeptSnapshot();
  kept.take(rowOf(sessionStats(60)), 0);
  clock = 6;
  assert.equal(kept.take(sessionRow().fill(Number.NaN), 0), false);
  assert.deepEqual([kept.version, kept.figures.ttl, kept.takenAt], [1, 60, 5]);
});
