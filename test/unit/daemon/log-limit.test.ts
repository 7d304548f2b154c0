import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LogLimit } from '../../../src/daemon/log-limit.ts';
import type { LogRecord } from '../../../src/daemon/log-line.ts';
import { DaemonLogger } from '../../../src/daemon/logger.ts';

test('a topic has a burst, then a rate; the rest is counted and reported once', () => {
  let now = 0;
  const reports: string[] = [];
  const limit = new LogLimit(
    (level, where, count) => reports.push(`${level} ${where} ${count}`),
    () => now,
  );
  const admitted = (count: number, level: 'ERR' | 'INFO', where: string) =>
    Array.from({ length: count }, () => limit.admit(level, where)).filter(Boolean).length;
  assert.equal(admitted(1000, 'ERR', 'update'), 100);
  assert.equal(admitted(1000, 'ERR', 'update'), 0);
  // Other topics and levels are not concerned.
  assert.equal(admitted(50, 'ERR', 'media'), 50);
  assert.equal(admitted(5000, 'INFO', 'update'), 5000);
  limit.flush();
  limit.flush();
  assert.deepEqual(reports.splice(0), ['ERR update 1900']);
  now = 1000;
  assert.equal(admitted(100, 'ERR', 'update'), 10);
  now = 1_000_000;
  assert.equal(admitted(1000, 'ERR', 'update'), 100);
  limit.flush();
  assert.deepEqual(reports, ['ERR update 990']);
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
