import assert from 'node:assert/strict';
import { test } from 'node:test';
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

test('behind a disk that does not answer only so many wait', async () => {
  const lane = new FileLane(1);
  const first = task([], 'first');
  const results = Array.from({ length: 257 }, () => lane.run(first.run));
  await assert.rejects(lane.run(first.run), LaneFullError);
  first.end();
  await Promise.all(results);
  assert.equal(await lane.run(async () => 'again'), 'again');
});
