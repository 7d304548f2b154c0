import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { test } from 'node:test';
import { Pace } from '../../../src/calls/pace.ts';

/** Milliseconds that so many waits for the next turn take. */
async function timeOf(pace: Pace, turns: number): Promise<number> {
  const start = performance.now();
  for (let turn = 0; turn < turns; turn++) await pace.next();
  return performance.now() - start;
}

test('a turn has room for so much work, and the next one again', async () => {
  const pace = new Pace(true);
  for (let turn = 0; turn < 3; turn++) {
    pace.count(19);
    assert.ok(!pace.due);
    pace.count(1);
    assert.ok(pace.due);
    await pace.next();
    assert.ok(!pace.due);
  }
});

test('what else is due comes between two turns', async () => {
  const order: string[] = [];
  setImmediate(() => order.push('other'));
  await new Pace(true).next();
  order.push('work');
  assert.deepEqual(order, ['other', 'work']);
});

test('there are pauses unless somebody waits, or it has taken long already', async (t) => {
  const calm = await timeOf(new Pace(false), 40);
  assert.ok(calm >= 40, String(calm));
  const awaited: number[] = [];
  for (let count = 0; count < 10; count++) awaited.push(await timeOf(new Pace(true), 40));
  assert.ok(Math.min(...awaited) < 20, String(awaited));
  const late: number[] = [];
  for (let count = 0; count < 10; count++) {
    const start = performance.now();
    const now = t.mock.method(performance, 'now', () => start);
    const pace = new Pace(false);
    now.mock.mockImplementation(() => start + 601);
    const begin = process.hrtime.bigint();
    for (let turn = 0; turn < 40; turn++) await pace.next();
    late.push(Number(process.hrtime.bigint() - begin) / 1e6);
    now.mock.restore();
  }
  assert.ok(Math.min(...late) < 20, String(late));
});
