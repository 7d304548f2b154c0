import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { test } from 'node:test';
import { CallHistory } from '../../../src/calls/history.ts';
import { type CallRecord, END_REASONS, EndedCall, type EndReason } from '../../../src/calls/record.ts';
import { readSchema, schemaFaults } from '../../helpers/json-schema.ts';
import { channel } from '../session/stats.ts';
import { testSession } from '../session/test-session.ts';
import { callFigures, type LegChanges } from './fake-call-engine.ts';

const SCHEMA = readSchema('call-record.schema.json');
const NOW = performance.now();

function ended(complete: boolean, caller: LegChanges = {}, callee: LegChanges = {}, reason: EndReason = 'deleted') {
  const figures = callFigures(caller, callee);
  const history = new CallHistory(testSession('c', 'a;1', { complete, createdAt: NOW - 3000 }), 1, NOW - 3000);
  history.end(figures, NOW);
  return new EndedCall(history, figures, { reason, at: NOW, unix: Date.now() });
}

function record(...parts: Parameters<typeof ended>): CallRecord {
  return ended(...parts).record;
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

test('a record has the digits that were found, each once, and of very many the first ones', () => {
  const history = new CallHistory(testSession('c', 'a'), 1, NOW);
  const [callee, caller] = history.legs;
  const digit = { digit: '5', volume: 10, duration: 640, timestamp: 0xffffffff };
  const at = Date.parse('2026-11-29T12:00:00.250Z');
  caller.addDigit(digit, at);
  caller.addDigit({ ...digit }, at);
  caller.addDigit({ ...digit, digit: '#', volume: 0, timestamp: 0 }, at + 500);
  for (let timestamp = 0; timestamp < 200; timestamp++) callee.addDigit({ ...digit, timestamp }, at);
  const end = { reason: 'deleted', at: NOW, unix: Date.now() } as const;
  const { caller: first, callee: second, ...rest } = new EndedCall(history, callFigures({}, {}), end).record;
  assert.deepEqual(first.digits, [
    {
      at: '2026-11-29T12:00:00.250Z',
      digit: '5',
      duration_ticks: 640,
      volume_dbm0: -10,
      rtp_timestamp: 0xffffffff,
    },
    { at: '2026-11-29T12:00:00.750Z', digit: '#', duration_ticks: 640, volume_dbm0: 0, rtp_timestamp: 0 },
  ]);
  assert.deepEqual([second.digits.length, second.digits_left_out], [128, 72]);
  assert.deepEqual(schemaFaults(SCHEMA, JSON.parse(JSON.stringify({ ...rest, caller: first, callee: second }))), []);
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

test('what is counted of an ended call is what its record has', () => {
  for (const [caller, callee] of [
    [SPEECH, {}],
    [{}, { ...SPEECH, payloadType: 99 }],
  ] as const) {
    const call = ended(true, caller, callee);
    const { duration_s, caller: one, callee: other } = call.record;
    const counted = ({ mos_lq, loss_percent, jitter_mean_ms }: CallRecord['caller']) => ({
      mos_lq,
      loss_percent,
      jitter_mean_ms,
    });
    assert.deepEqual(call.outcome, { duration_s, caller: counted(one), callee: counted(other) });
  }
});
