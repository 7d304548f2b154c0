import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { test } from 'node:test';
import { Pace } from '../../../src/calls/pace.ts';

/** Waits for the next turn; milliseconds. */
async function pauseOf(pace: Pace): Promise<number> {
  const start = performance.now();
  await pace.next();
  return performance.now() - start;
}

test('a turn has room for so much work, and the next one again', async () => {
  const pace = new Pace();
  pace.count(39);
  assert.ok(!pace.due);
  pace.count(1);
  assert.ok(pace.due);
  await pace.next();
  assert.deepEqual([pace.due, pace.done], [false, 40]);
});

test('work that is wanted at once is done turn after turn', async () => {
  const pace = new Pace();
  const pauses: number[] = [];
  for (let turn = 0; turn < 20; turn++) {
    pace.count(40);
    pauses.push(await pauseOf(pace));
  }
  assert.ok(Math.min(...pauses) < 1, String(pauses));
});

test('work that is not comes with pauses, and what is behind its time without', async (t) => {
  let clock = 0;
  t.mock.method(performance, 'now', () => clock);
  const pace = new Pace(4000);
  const pauses = async () => {
    const found: number[] = [];
    for (let turn = 0; turn < 10; turn++) {
      pace.count(40);
      const start = process.hrtime.bigint();
      await pace.next();
      found.push(Number(process.hrtime.bigint() - start) / 1e6);
    }
    return found;
  };
  const early = await pauses();
  assert.ok(Math.min(...early) >= 4, String(early));
  clock += 300;
  const late = await pauses();
  assert.ok(Math.min(...late) < 2, String(late));
});
