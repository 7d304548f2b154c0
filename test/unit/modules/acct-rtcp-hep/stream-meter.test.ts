import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LegFigures } from '../../../../src/addon/contract.ts';
import { StreamMeter } from '../../../../src/modules/acct-rtcp-hep/stream-meter.ts';
import { channel, sessionStats } from '../../session/stats.ts';

function leg(received: number, lastIn: number, changes: Partial<LegFigures> = {}): LegFigures {
  const figures = { rtp: channel({ received }), received, sent: received, firstIn: 100, lastIn, payloadType: 0 };
  return sessionStats(60, { ...figures, ...changes }).legs[0];
}

test('an interval is what has come since the last one', () => {
  const meter = new StreamMeter();
  const first = meter.cut(leg(250, 104.98, { ssrcChanges: 1, reordered: 2, jitterLast: 8, payloadBytes: 40_000 })).now;
  assert.equal(first.received, 250);
  assert.equal(first.reordered, 2);
  assert.equal(first.ssrcChanges, 0);
  assert.equal(first.jitter, 1);
  assert.equal(Math.round(first.gap ?? 0), 20);
  assert.equal(first.bytes, 40_000);
  const changes = { sent: 500, received: 475, lossEvents: 25, ssrcChanges: 2, reordered: 3, payloadBytes: 76_000 };
  const second = meter.cut(leg(475, 109.98, changes)).now;
  assert.deepEqual([second.received, second.expected, second.lost], [225, 250, 25]);
  assert.deepEqual([second.reordered, second.ssrcChanges, second.bytes], [1, 1, 36_000]);
  assert.equal(Math.round(second.gap ?? 0), 22);
  assert(second.rating !== null && first.rating !== null && second.rating < first.rating - 20);
});

test('the whole call has all of it, with the worst interval and the mean', () => {
  const meter = new StreamMeter();
  const good = meter.cut(leg(250, 105)).now.rating;
  const figures = leg(475, 110, {
    sent: 500,
    received: 475,
    lossEvents: 25,
    jitterMax: 80,
    jitterAvg: 16,
    longestIpi: 0.3,
    payloadBytes: 76_000,
  });
  const bad = meter.cut(figures).now.rating;
  const { now, ...rest } = meter.whole(figures);
  assert.deepEqual([now.received, now.expected, now.lost, now.bytes], [475, 500, 25, 76_000]);
  assert(good !== null && bad !== null && now.rating !== null && bad < now.rating && now.rating < good);
  assert.deepEqual(rest, { maxGap: 300, maxJitter: 10, meanJitter: 2, minRating: bad, meanRating: (good + bad) / 2 });
});

test('what nobody knows is null', () => {
  const silent = new StreamMeter().cut(sessionStats().legs[0]);
  assert.deepEqual([silent.now.gap, silent.now.jitter, silent.now.rating, silent.minRating], [null, null, null, null]);
  const dynamic = new StreamMeter().cut(leg(250, 105, { payloadType: 96, jitterLast: 8, jitterMax: 8 }));
  assert.deepEqual([dynamic.now.jitter, dynamic.maxJitter, dynamic.now.rating], [null, null, null]);
  assert.equal(new StreamMeter().cut(leg(1, 100)).now.gap, null);
});
