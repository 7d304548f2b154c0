import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CallHistory, legQuality } from '../../../src/calls/history.ts';
import { KEPT_SLICES } from '../../../src/calls/slice-ring.ts';
import { channel } from '../session/stats.ts';
import { testSession } from '../session/test-session.ts';
import { callFigures, type LegChanges } from './fake-call-engine.ts';

const START = 1000;

function history(): CallHistory {
  return new CallHistory(testSession('c', 'a'), 1, START);
}

/** A leg that has had so many packets of G.711, of which some were lost one by one. */
function stream(expected: number, lost = 0): LegChanges {
  const received = expected - lost;
  return { rtp: channel({ received }), sent: expected, received, lossEvents: lost, payloadType: 0 };
}

test('a rate is that of the last interval, and unknown at first', () => {
  const call = history();
  const [callee, caller] = call.legs;
  call.look(callFigures(stream(3)), START + 100);
  assert.equal(caller.rate, undefined);
  call.look(callFigures(stream(50)), START + 1000);
  assert.deepEqual([caller.rate, callee.rate], [50, 0]);
  call.look(callFigures(stream(60)), START + 1100);
  assert.equal(caller.rate, 50);
  call.look(callFigures(stream(60)), START + 2000);
  assert.equal(caller.rate, 10);
});

test('a slice without any packet is the same without a look', () => {
  const [looked, rested] = [history(), history()];
  const figures = callFigures(stream(250));
  for (const call of [looked, rested]) call.cut(figures, START + 5000, 1_000);
  looked.cut(figures, START + 10_000, 6_000);
  rested.cutSilence(START + 10_000, 6_000);
  assert.deepEqual(rested.slices(), looked.slices());
  for (const call of [looked, rested])
    assert.deepEqual([call.due(START + 14_999), call.due(START + 15_000)], [false, true]);
  assert.deepEqual(rested.legs[1].qualities, looked.legs[1].qualities);
});

test('slices end every 5 s, and the worst one is kept', () => {
  const call = history();
  assert.equal(call.due(START + 4999), false);
  assert.equal(call.due(START + 5000), true);
  for (const [at, figures] of [
    [5000, callFigures(stream(250))],
    [10_000, callFigures(stream(500, 25))],
    [15_000, callFigures(stream(750, 25))],
  ] as const) {
    call.look(figures, START + at);
    call.cut(figures, START + at, at);
    assert.equal(call.due(START + at + 4999), false);
    assert.equal(call.due(START + at + 5000), true);
  }
  const slices = call.slices();
  assert.deepEqual(
    slices.map(({ at, caller }) => [at, caller.packets, caller.lost_packets, caller.mos_lq]),
    [
      ['1970-01-01T00:00:05.000Z', 250, 0, 4.41],
      ['1970-01-01T00:00:10.000Z', 225, 25, 3.41],
      ['1970-01-01T00:00:15.000Z', 250, 0, 4.41],
    ],
  );
  assert.deepEqual(slices[0]?.callee, { packets: 0, lost_packets: 0, late_packets: 0, jitter_ms: null, mos_lq: null });
  assert.ok(Math.abs((call.legs[1].qualities.min ?? 0) - 3.41) < 0.01);
  assert.ok(Math.abs((call.legs[1].qualities.mean ?? 0) - (4.41 + 3.41 + 4.41) / 3) < 0.01);
  assert.equal(call.legs[0].qualities.min, undefined);
});

test('a slice that ends late does not make the next one short', () => {
  const call = history();
  call.cut(callFigures(), START + 12_000, 0);
  assert.equal(call.due(START + 14_000), false);
  assert.equal(call.due(START + 14_500), true);
});

test('slices of five minutes are kept', () => {
  const call = history();
  for (let count = 1; count <= KEPT_SLICES + 5; count++) {
    call.cut(callFigures(stream(250 * count)), START + 5000 * count, 5000 * count);
  }
  const slices = call.slices();
  assert.equal(slices.length, KEPT_SLICES);
  assert.equal(slices[0]?.at, new Date(5000 * 6).toISOString());
  assert.equal(slices.at(-1)?.at, new Date(5000 * 65).toISOString());
});

test('the quality of a stream is that of the codec in use', () => {
  const quality = (payloadType: number) => legQuality(callFigures({ ...stream(300, 9), payloadType }).legs[1]);
  assert.ok(Math.abs((quality(0) ?? 0) - 4.13) < 0.01);
  assert.ok(Math.abs((quality(18) ?? 0) - 3.63) < 0.01);
  assert.equal(quality(111), undefined);
});
