import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TimeSpans } from '../../../src/audio/time-spans.ts';

function spans(...times: number[]): TimeSpans {
  const found = new TimeSpans();
  for (const time of times) found.add(time);
  return found;
}

test('time stays as it is without a gap of more than an hour', () => {
  const times = spans(100, 101, 3701, 7301, 50);
  assert.equal(times.leftOut, 0);
  assert.equal(times.clock()(1234.5), 1234.5);
});

test('a longer gap is left out, in either direction', () => {
  for (const order of [
    [1000, 1010, 9000, 9010],
    [9000, 9010, 1000, 1010],
  ]) {
    const times = spans(...order);
    const clock = times.clock();
    assert.equal(times.leftOut, 7990);
    const begin = clock(1000);
    assert.deepEqual(
      [1000, 1005, 1010, 5000, 9000, 9004].map((time) => clock(time) - begin),
      [0, 5, 10, 10, 10, 14],
    );
  }
});

test('a gap is none when another recording has packets in it', () => {
  const times = spans(1000, 9000);
  assert.equal(times.leftOut, 8000);
  times.addAll(spans(1000, 4000, 7000, 9000));
  assert.equal(times.leftOut, 0);
  assert.equal(times.clock()(8000), 8000);
});

test('times that make no sense stay bounded, and in order', () => {
  const times = new TimeSpans();
  for (let i = 0; i < 5000; i++) times.add(i % 2 === 0 ? -(10 ** (i / 20)) : 10 ** (i / 20));
  const clock = times.clock();
  const sorted = [-1e300, -1e10, -1, 0, 1, 1e10, 1e200, 1e300].map(clock);
  assert.ok(sorted.every((time, index) => Number.isFinite(time) && time >= (sorted[index - 1] ?? time)));
  assert.ok(clock(1e300) - clock(-1e300) < 256 * 2 * 3600);
});

test('nothing was there', () => {
  assert.equal(new TimeSpans().leftOut, 0);
  assert.equal(new TimeSpans().clock()(5), 5);
});
