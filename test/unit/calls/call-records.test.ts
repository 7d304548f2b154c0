import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Sent } from '../../../src/addon/unix-datagram.ts';
import { CallRecords } from '../../../src/calls/call-records.ts';
import { CallHistory } from '../../../src/calls/history.ts';
import { type CallRecord, EndedCall } from '../../../src/calls/record.ts';
import { temporaryDirectory } from '../../helpers/cleanup.ts';
import { until } from '../../helpers/deadline.ts';
import { LogBook } from '../session/log-book.ts';
import { testSession } from '../session/test-session.ts';
import { callFigures } from './fake-call-engine.ts';

function recordOf(callId: string): CallRecord {
  const history = new CallHistory(testSession(callId, 'a'), 1, 0);
  return new EndedCall(history, callFigures(), { reason: 'deleted', at: 1, unix: 1 }).record;
}

function rig(target: string, answer: () => Sent = () => 'sent') {
  const log = new LogBook();
  const state = { lost: 0, sent: [] as string[], closed: false };
  const records = new CallRecords({
    ...{ target, facility: 'LOCAL1', logger: log },
    lost: (count) => {
      state.lost += count;
    },
    openSyslog: () => ({
      send: (bytes) => {
        const sent = answer();
        if (sent === 'sent') state.sent.push(Buffer.from(bytes).toString('latin1'));
        return sent;
      },
      close: () => {
        state.closed = true;
      },
    }),
  });
  return { log, state, records };
}

test('a record is a line of ASCII that gives the Call-ID back as it was', async (t) => {
  const path = join(temporaryDirectory(t), 'calls');
  const { state, records } = rig(path);
  const hostile = 'c\x9b2J"\\\u00e4';
  records.write(recordOf(hostile));
  records.write(recordOf('d'));
  await records.close();
  const text = readFileSync(path, 'latin1');
  assert.match(text, /^[\x20-\x7e]*\n[\x20-\x7e]*\n$/);
  const written = text
    .split('\n')
    .slice(0, 2)
    .map((line) => JSON.parse(line) as CallRecord);
  assert.deepEqual(
    written.map(({ call_id }) => call_id),
    [hostile, 'd'],
  );
  assert.equal(state.lost, 0);
});

test('records that are lost are counted, and told once until they are written again', async (t) => {
  const directory = join(temporaryDirectory(t), 'later');
  const { log, state, records } = rig(join(directory, 'calls'));
  records.write(recordOf('a'));
  await until(() => state.lost === 1, 2000, 'a loss');
  records.write(recordOf('b'));
  await until(() => state.lost === 2, 2000, 'another loss');
  mkdirSync(directory);
  records.write(recordOf('c'));
  await records.close();
  assert.deepEqual(log.take(), [
    `ERR:GLOBAL:call-records: records for ${directory}/calls are lost: No such file or directory (2)`,
    `INFO:GLOBAL:call-records: records for ${directory}/calls are written again, 2 were lost`,
  ]);
});

test('records go to syslog with the facility of the log', async () => {
  const { state, records } = rig('syslog');
  records.write(recordOf('a'));
  await records.close();
  assert.match(state.sent[0] ?? '', /^<142>\S{3} [ \d]\d \d\d:\d\d:\d\d rtpproxy\[\d+\]: \{"id":.*"call_id":"a".*\}$/);
  assert.ok(state.closed);
});

test('records that waited for syslog are counted when it goes away, and at the end', async () => {
  let answer: Sent = 'full';
  const { log, state, records } = rig('syslog', () => answer);
  records.write(recordOf('a'));
  records.write(recordOf('b'));
  assert.equal(state.lost, 0);
  answer = 'failed';
  await until(() => state.lost === 2, 2000, 'two losses');
  answer = 'full';
  records.write(recordOf('c'));
  await records.close();
  assert.equal(state.lost, 3);
  const told = 'ERR:GLOBAL:call-records: records for syslog are lost: syslog does not take them';
  assert.equal(log.take().filter((line) => line === told).length, 2);
});

test('syslog that is away costs records and nothing else', async () => {
  const { log, state, records } = rig('syslog', () => 'failed');
  records.write(recordOf('a'));
  records.write(recordOf('b'));
  await records.close();
  assert.equal(state.lost, 2);
  assert.deepEqual(log.take(), ['ERR:GLOBAL:call-records: records for syslog are lost: syslog does not take them']);
});
