import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { FileLane, LaneFullError } from '../../../src/files/file-lane.ts';

/** A task that ends when it is told to. */
function task(log: string[], name: string) {
  let end = (): void => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const run = async (): Promise<string> => {
    log.push(name);
    await ended;
    return name;
  };
  return { run, end: () => end() };
}

function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

test('so many tasks run at a time, the others in their order', async () => {
  const lane = new FileLane(2);
  const log: string[] = [];
  const tasks = ['a', 'b', 'c', 'd'].map((name) => task(log, name));
  const results = tasks.map(({ run }) => lane.run(run));
  await settled();
  assert.deepEqual(log, ['a', 'b']);
  tasks[1]?.end();
  await settled();
  assert.deepEqual(log, ['a', 'b', 'c']);
  for (const { end } of tasks) end();
  assert.deepEqual(await Promise.all(results), ['a', 'b', 'c', 'd']);
  assert.equal(await lane.run(async () => 'e'), 'e');
});

test('a task that fails gives its place to the next', async () => {
  const lane = new FileLane(1);
  const failed = lane.run(() => Promise.reject(new Error('no')));
  const next = lane.run(async () => 'next');
  await assert.rejects(failed, /no/);
  assert.equal(await next, 'next');
});

/** A lane of one, its task, and `count` more behind it; the clock goes on with `pass`, and timers with it. */
function crowd(t: TestContext, count: number, lane = new FileLane(1)) {
  let now = 0;
  t.mock.method(performance, 'now', () => now);
  t.mock.timers.enable({ apis: ['setInterval'] });
  const first = task([], 'first');
  const results = Array.from({ length: 1 + count }, () => lane.run(first.run));
  return {
    lane,
    first,
    results,
    pass: (ms: number): void => {
      for (let passed = 0; passed < ms; passed += 50) {
        now += 50;
        t.mock.timers.tick(50);
      }
    },
  };
}

test('as long as the disk answers a crowd waits, and of ever more only so many', async (t) => {
  const { lane, first, results, pass } = crowd(t, 32_768);
  pass(900);
  await assert.rejects(lane.run(first.run), LaneFullError);
  first.end();
  assert.equal((await Promise.all(results)).length, 32_769);
});

test('behind a disk that does not answer those wait who came first', async (t) => {
  const { lane, first, results, pass } = crowd(t, 300);
  pass(1100);
  await assert.rejects(lane.run(first.run), LaneFullError);
  first.end();
  const outcomes = await Promise.allSettled(results);
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    Array.from({ length: 301 }, (_, index) => (index <= 256 ? 'fulfilled' : 'rejected')),
  );
  assert.equal(await lane.run(async () => 'again'), 'again');
});

test('a lane may have room for more, or for less', async (t) => {
  const { lane, first, results, pass } = crowd(t, 2, new FileLane(1, 2));
  pass(1100);
  await assert.rejects(lane.run(first.run), LaneFullError);
  first.end();
  assert.equal((await Promise.all(results)).length, 3);
});

test('time in which this process stands still is none of the disk', async () => {
  const lane = new FileLane(1);
  const results = Array.from({ length: 2000 }, () => lane.run(() => delay(1)));
  for (let round = 0; round < 3; round++) {
    await delay(20);
    const until = performance.now() + 1100;
    while (performance.now() < until);
    results.push(lane.run(() => delay(1)));
  }
  const outcomes = await Promise.allSettled(results);
  assert.deepEqual(
    outcomes.filter(({ status }) => status === 'rejected'),
    [],
  );
});
