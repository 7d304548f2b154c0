import assert from 'node:assert/strict';
import { fstatSync } from 'node:fs';
import { test } from 'node:test';
import type { Sent } from '../../../src/addon/unix-datagram.ts';
import { JournalSink, journalField, stderrIsJournal } from '../../../src/log/journal-sink.ts';
import { LOG_LEVELS, type LogRecord } from '../../../src/log/log.ts';

function rig(answer: Sent = 'sent') {
  const entries: string[] = [];
  const fallen: LogRecord[] = [];
  const closed: string[] = [];
  const socket = {
    send(bytes: Uint8Array): Sent {
      if (answer === 'sent') entries.push(Buffer.from(bytes).toString('latin1'));
      return answer;
    },
    close: () => closed.push('socket'),
  };
  const fallback = {
    write(record: LogRecord): boolean {
      fallen.push(record);
      return true;
    },
    close: () => closed.push('fallback'),
  };
  return { sink: new JournalSink({ fallback, socket }), entries, fallen, closed };
}

const RECORD: LogRecord = { level: 'WARN', where: 'media', text: 'something', callId: 'c@example.com' };

test('a line of a call has fields of its own', () => {
  const { sink, entries } = rig();
  assert.equal(sink.write(RECORD), true);
  assert.deepEqual(entries, [
    'MESSAGE=something\nPRIORITY=4\nSYSLOG_IDENTIFIER=rtpproxy\nRTPP_TOPIC=media\nRTPP_CALL_ID=c@example.com\n',
  ]);
});

test('a line about the daemon has no Call-ID', () => {
  const { sink, entries } = rig();
  sink.write({ ...RECORD, callId: 'GLOBAL' });
  assert.doesNotMatch(entries[0] ?? '', /RTPP_CALL_ID/);
});

test('levels become priorities of <syslog.h>', () => {
  const { sink, entries } = rig();
  for (const level of LOG_LEVELS) sink.write({ ...RECORD, level });
  assert.deepEqual(
    entries.map((entry) => /^PRIORITY=(\d)$/m.exec(entry)?.[1]),
    ['7', '6', '4', '3', '2'],
  );
});

test('a remote party cannot add a field', () => {
  const { sink, entries } = rig();
  sink.write({ ...RECORD, text: 'a\nPRIORITY=0\x1b[2J', callId: 'c\nPRIORITY=0' });
  const [entry = ''] = entries;
  assert.match(entry, /^MESSAGE=a\\nPRIORITY=0\\x1b\[2J\n/);
  const length = Buffer.alloc(8);
  length.writeUInt8(12);
  assert.ok(entry.endsWith(`RTPP_CALL_ID\n${length.toString('latin1')}c\nPRIORITY=0\n`));
});

test('a value with a line feed comes behind its length', () => {
  assert.deepEqual(journalField('A', 'b'), Buffer.from('A=b\n'));
  assert.deepEqual(journalField('A', 'b\nc'), Buffer.from('A\n\x03\0\0\0\0\0\0\0b\nc\n', 'latin1'));
});

test('without the journal the lines go to stderr', () => {
  const { sink, entries, fallen, closed } = rig('failed');
  assert.equal(sink.write(RECORD), true);
  assert.deepEqual([entries, fallen], [[], [RECORD]]);
  sink.close();
  assert.deepEqual(closed, ['socket', 'fallback']);
});

test('stderr is the journal when JOURNAL_STREAM names it', () => {
  const { dev, ino } = fstatSync(2, { bigint: true });
  assert.equal(stderrIsJournal({}), false);
  assert.equal(stderrIsJournal({ JOURNAL_STREAM: '' }), false);
  assert.equal(stderrIsJournal({ JOURNAL_STREAM: `${dev}:${ino + 1n}` }), false);
  assert.equal(stderrIsJournal({ JOURNAL_STREAM: `${dev}:${ino}` }), true);
});
