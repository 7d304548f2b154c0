import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { test } from 'node:test';
import type { LegFigures } from '../../../src/addon/contract.ts';
import { Counters } from '../../../src/metrics/counters.ts';
import { SessionMetrics } from '../../../src/metrics/session-metrics.ts';
import { COUNTER_NAMES, type CounterName } from '../../../src/protocol/statistics.ts';
import { LogBook } from '../session/log-book.ts';
import { channel, sessionStats } from '../session/stats.ts';
import { testSession } from '../session/test-session.ts';

function metrics() {
  const counters = new Counters();
  const log = new LogBook();
  return { counters, log, metrics: new SessionMetrics(counters, log) };
}

/** The counters that are not 0. */
function nonZero(counters: Counters): Partial<Record<CounterName, number>> {
  return Object.fromEntries(
    COUNTER_NAMES.map((name) => [name, counters.get(name)] as const).filter(([, value]) => value !== 0),
  );
}

test('creation and completion count', () => {
  const { counters, metrics: observer } = metrics();
  observer.created();
  observer.completed();
  assert.deepEqual(nonZero(counters), { nsess_created: 1, nsess_complete: 1 });
});

test('an end counts with the life time in seconds, by timer or not', () => {
  const { counters, metrics: observer } = metrics();
  const createdAt = performance.now() - 2500;
  observer.removed(testSession('c', 'a', { createdAt }), false);
  assert.ok(Math.abs(counters.get('total_duration') - 2.5) < 0.5);
  observer.removed(testSession('c', 'b', { createdAt }), true);
  assert.ok(Math.abs(counters.get('total_duration') - 5) < 1);
  assert.equal(counters.get('nsess_destroyed'), 2);
  assert.equal(counters.get('nsess_timeout'), 1);
});

test("the analysers' figures of both legs are added when a session has ended", () => {
  const { counters, metrics: observer } = metrics();
  const leg0 = { sent: 10, received: 7, duplicates: 2, parseErrors: 1 };
  const leg1 = { sent: 100, received: 99, duplicates: 20, parseErrors: 30 };
  observer.retired(testSession('c', 'a'), sessionStats(0, leg0, leg1));
  assert.deepEqual(nonZero(counters), {
    ...{ rtpa_nsent: 110, rtpa_nrcvd: 106, rtpa_ndups: 22, rtpa_nlost: 4, rtpa_perrs: 31 },
  });
});

const HEARD: Partial<LegFigures> = { rtp: channel({ received: 1 }) };
const HEARD_RTCP: Partial<LegFigures> = { rtcp: channel({ received: 1 }) };

/** What was received on leg 0 and leg 1 of a complete session, and which counters that moves. */
const SILENCE: readonly (readonly [Partial<LegFigures>, Partial<LegFigures>, readonly CounterName[]])[] = [
  [{}, {}, ['nsess_nortp', 'nsess_nortcp']],
  [HEARD, {}, ['nsess_owrtp', 'nsess_nortcp']],
  [{}, HEARD, ['nsess_owrtp', 'nsess_nortcp']],
  [HEARD, HEARD, ['nsess_nortcp']],
  [HEARD_RTCP, {}, ['nsess_nortp', 'nsess_owrtcp']],
  [HEARD_RTCP, HEARD_RTCP, ['nsess_nortp']],
  [{ ...HEARD, ...HEARD_RTCP }, { ...HEARD, ...HEARD_RTCP }, []],
  // Packets from strangers do not count as received.
  [{ rtp: channel({ ignored: 5 }) }, {}, ['nsess_nortp', 'nsess_nortcp']],
];

for (const [leg0, leg1, expected] of SILENCE) {
  test(`a complete session counts as ${expected.join(', ') || 'nothing'}`, () => {
    const { counters, metrics: observer } = metrics();
    observer.retired(testSession('c', 'a', { complete: true }), sessionStats(0, leg0, leg1));
    assert.deepEqual(Object.keys(nonZero(counters)).sort(), [...expected].sort());
  });
}

test('a session that never was complete counts for no silence', () => {
  const { counters, log, metrics: observer } = metrics();
  observer.retired(testSession('c', 'a'), sessionStats());
  assert.deepEqual(nonZero(counters), {});
  assert.match(log.take().at(-1) ?? '', /session on ports 0\/0 is cleaned up$/);
});
