import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Timeline } from '../../../src/audio/timeline.ts';

/** All silence before a packet, after which its 160 samples are played. */
function silenceBefore(timeline: Timeline, timestamp: number, time: number): number {
  let silence = 0;
  for (let more = -1; more !== 0; silence += more) {
    more = timeline.silenceBefore(timestamp, time);
    assert.ok(more <= 4000, `${more} samples at once`);
  }
  timeline.played(160);
  return silence;
}

function begun(timestamp = 1000): Timeline {
  const timeline = new Timeline(timestamp, 50);
  assert.equal(silenceBefore(timeline, timestamp, 50), 0);
  return timeline;
}

test('packets that follow one another have no silence between them', () => {
  const timeline = begun();
  for (let i = 1; i < 100; i++)
    assert.equal(silenceBefore(timeline, 1000 + 160 * i, 50 + 0.02 * i + 0.01 * (i % 3)), 0);
});

test('what the time stamp says is missing is silence', () => {
  const timeline = begun();
  assert.equal(silenceBefore(timeline, 1000 + 480, 50.06), 320);
  assert.equal(silenceBefore(timeline, 1000 + 480 + 160 + 9600, 51.28), 9600);
});

test('time stamps that stand still leave it to the clock', () => {
  const timeline = begun();
  assert.equal(silenceBefore(timeline, 1000 + 160, 50.2), 0);
  // Half of what lacks, until it is less than 200 ms.
  const silence = silenceBefore(timeline, 1000 + 320, 51);
  assert.ok(silence >= 8000 - 320 - 1600 && silence < 8000 - 320, `${silence}`);
});

test('time stamps that jump are not believed', () => {
  for (const jump of [1_000_000, 2 ** 31, -1_000_000]) {
    const timeline = begun(2_000_000);
    assert.equal(silenceBefore(timeline, (2_000_000 + jump) % 2 ** 32, 50.02), 0, `${jump}`);
    assert.equal(silenceBefore(timeline, (2_000_000 + jump + 160) % 2 ** 32, 50.04), 0, `${jump}`);
  }
});

test('the time stamp wraps', () => {
  const timeline = begun(2 ** 32 - 160);
  assert.equal(silenceBefore(timeline, 0, 50.02), 0);
  assert.equal(silenceBefore(timeline, 320, 50.06), 160);
  // One from before the wrap, late.
  assert.equal(silenceBefore(timeline, 2 ** 32 - 1, 50.08), 0);
});

test('a clock that goes back makes no silence', () => {
  const timeline = begun();
  for (let i = 1; i < 10; i++) assert.equal(silenceBefore(timeline, 1000 + 160 * i, 20 + 0.02 * i), 0);
});
