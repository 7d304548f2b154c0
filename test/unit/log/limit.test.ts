import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LogLimit } from '../../../src/log/limit.ts';
import type { LogRecord } from '../../../src/log/log.ts';
import { DaemonLogger } from '../../../src/log/logger.ts';

test('a topic has a burst, then a rate; the rest is counted and reported once', () => {
  let now = 0;
  const reports: string[] = [];
  const limit = new LogLimit(
    ({ level, where, callId, text }) => reports.push(`${level} ${where} ${callId} ${text}`),
    () => now,
  );
  const admitted = (count: number, level: 'ERR' | 'INFO', where: string) =>
    Array.from({ length: count }, () => limit.admit(level, where, 'GLOBAL')).filter(Boolean).length;
  assert.equal(admitted(1000, 'ERR', 'update'), 100);
  assert.equal(admitted(1000, 'ERR', 'update'), 0);
  // Other topics and levels are not concerned.
  assert.equal(admitted(50, 'ERR', 'media'), 50);
  assert.equal(admitted(5000, 'INFO', 'update'), 5000);
  limit.flush();
  limit.flush();
  assert.deepEqual(reports.splice(0), ['ERR update GLOBAL 1900 more lines were suppressed']);
  now = 1000;
  assert.equal(admitted(100, 'ERR', 'update'), 10);
  now = 1_000_000;
  assert.equal(admitted(1000, 'ERR', 'update'), 100);
  limit.flush();
  assert.deepEqual(reports, ['ERR update GLOBAL 990 more lines were suppressed']);
});

/** A limit at a time that stands still, and what it reports. */
function limitAtRest() {
  const reports: string[] = [];
  const limit = new LogLimit(
    ({ level, callId, text }) => reports.push(`${level} ${callId} ${text}`),
    () => 0,
  );
  const admitted = (count: number, level: 'ERR' | 'INFO', callId: string) =>
    Array.from({ length: count }, () => limit.admit(level, 'media', callId)).filter(Boolean).length;
  return { limit, reports, admitted };
}

test('a call that fills its share hides no line of other calls', () => {
  const { limit, reports, admitted } = limitAtRest();
  assert.equal(admitted(100_000, 'INFO', 'loud'), 200);
  assert.equal(admitted(100_000, 'ERR', 'loud'), 20);
  assert.equal(admitted(150, 'INFO', 'other'), 150);
  assert.equal(admitted(15, 'ERR', 'other'), 15);
  assert.equal(admitted(15, 'ERR', 'GLOBAL'), 15);
  limit.flush();
  limit.flush();
  assert.deepEqual(reports, [
    'INFO loud 99800 more lines were suppressed',
    'ERR loud 99980 more lines were suppressed',
  ]);
});

test('the report names the loudest calls and counts the others', () => {
  const { limit, reports, admitted } = limitAtRest();
  for (let call = 0; call < 15; call++) admitted(201 + call, 'INFO', `call-${call}`);
  limit.flush();
  assert.equal(reports.length, 11);
  assert.equal(reports[0], 'INFO call-14 15 more lines were suppressed');
  assert.equal(reports[9], 'INFO call-5 6 more lines were suppressed');
  assert.equal(reports[10], 'INFO GLOBAL 15 more lines of 5 calls were suppressed');
});

test('calls beyond those that are remembered are forgotten, with a report of what they lack', () => {
  const { reports, admitted } = limitAtRest();
  admitted(25, 'ERR', 'first');
  for (let call = 0; call < 1023; call++) admitted(1, 'ERR', `call-${call}`);
  assert.deepEqual(reports, []);
  admitted(1, 'ERR', 'one more');
  assert.deepEqual(reports, ['ERR first 5 more lines were suppressed']);
});

test('the log reports suppressed lines within a second or so, or at its end', async (t) => {
  const records: LogRecord[] = [];
  const sink = { write: (record: LogRecord) => records.push(record) > 0, close: () => {} };
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const logger = new DaemonLogger('ERR', [sink]);
  for (let i = 0; i < 150; i += 1) logger.log('ERR', 'update', 'bad', `call-${i}`);
  assert.equal(records.length, 100);
  t.mock.timers.tick(1000);
  const report = { level: 'ERR', where: 'update', text: '50 more lines were suppressed', callId: 'GLOBAL' };
  assert.deepEqual(records.splice(0).at(-1), report);
  for (let i = 0; i < 7; i += 1) logger.log('ERR', 'update', 'bad');
  logger.close();
  assert.equal(records.length > 0, true);
  assert.match(records.at(-1)?.text ?? '', /^[67] more lines were suppressed$/);
});
