import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { test } from 'node:test';
import { CallHistory } from '../../../src/calls/history.ts';
import { type CallRecord, callRecord, END_REASONS, type EndReason } from '../../../src/calls/record.ts';
import { readSchema, schemaFaults } from '../../helpers/json-schema.ts';
import { channel } from '../session/stats.ts';
import { testSession } from '../session/test-session.ts';
import { callFigures, type LegChanges } from './fake-call-engine.ts';

const SCHEMA = readSchema('call-record.schema.json');
const NOW = performance.now();

function record(complete: boolean, caller: LegChanges = {}, callee: LegChanges = {}, reason: EndReason = 'deleted') {
  const figures = callFigures(caller, callee);
  const history = new CallHistory(testSession('c', 'a;1', { complete, createdAt: NOW - 3000 }), 1, NOW - 3000);
  history.look(figures, NOW);
  history.cut(figures, NOW, Date.now());
  return callRecord(history, figures, { reason, at: NOW, unix: Date.now() });
}

const SPEECH: LegChanges = {
  rtp: channel({ received: 990 }),
  ...{ sent: 1000, received: 990, lossEvents: 10, payloadType: 0, jitterLast: 8, jitterMax: 16, jitterAvg: 12 },
  ...{ firstIn: 1.7e9, lastIn: 1.7e9 + 20, farLoss: 0, farJitter: 8, roundTrip: 0.1, ssrc: 1, ssrcChanges: 1 },
};

test('the keys of a record are those of its schema, with nothing known and with everything', () => {
  for (const [caller, callee] of [
    [{}, {}],
    [SPEECH, SPEECH],
  ] as const) {
    for (const reason of END_REASONS) {
      const written: unknown = JSON.parse(JSON.stringify(record(true, caller, callee, reason)));
      assert.deepEqual(schemaFaults(SCHEMA, written), []);
    }
  }
  const sorted = (keys: object = {}): string[] => Object.keys(keys).sort();
  const { caller, ...call } = record(true);
  assert.deepEqual(sorted({ ...call, caller }), sorted(SCHEMA.properties));
  assert.deepEqual(sorted(caller), sorted(SCHEMA.$defs?.leg?.properties));
  assert.deepEqual([...(SCHEMA.required ?? [])].sort(), sorted(SCHEMA.properties));
});

test('the schema is one that finds faults', () => {
  const good: CallRecord = record(true);
  assert.notDeepEqual(schemaFaults(SCHEMA, { ...good, more: 1 }), []);
  assert.notDeepEqual(schemaFaults(SCHEMA, { ...good, ended_at: '2026' }), []);
  assert.notDeepEqual(schemaFaults(SCHEMA, { ...good, end_reason: 'other' }), []);
  assert.notDeepEqual(schemaFaults(SCHEMA, { ...good, caller: { ...good.caller, mos_lq: 5 } }), []);
  assert.notDeepEqual(schemaFaults(SCHEMA, { ...good, caller: { ...good.caller, ssrc: 5 } }), []);
});

test('a record tells how long the call was and how it sounded, the worst 5 s and the mean included', () => {
  const { duration_s, end_reason, caller, callee } = record(true, SPEECH, {}, 'timeout');
  assert.deepEqual([duration_s, end_reason], [3, 'timeout']);
  assert.deepEqual([caller.mos_lq, caller.mos_lq_min, caller.mos_lq_mean], [4.33, 4.33, 4.33]);
  assert.deepEqual([caller.jitter_ms, caller.jitter_mean_ms, caller.jitter_max_ms], [1, 1.5, 2]);
  assert.deepEqual([callee.mos_lq, callee.mos_lq_min, callee.mos_lq_mean], [null, null, null]);
});

test('one-way is a complete call with packets of one party only', () => {
  const heard: LegChanges = { rtp: channel({ received: 1 }) };
  for (const [complete, caller, callee, expected] of [
    [true, heard, {}, true],
    [true, {}, heard, true],
    [true, heard, heard, false],
    [true, {}, {}, false],
    [false, heard, {}, false],
  ] as const) {
    assert.equal(record(complete, caller, callee).one_way, expected);
  }
});
