import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Sent } from '../../../src/addon/unix-datagram.ts';
import { LOG_LEVELS } from '../../../src/log/log.ts';
import type { LogFacility } from '../../../src/log/syslog-sink.ts';
import { SyslogSink, syslogTime } from '../../../src/log/syslog-sink.ts';

const RECORD = { level: 'INFO', where: 'daemon', text: 'rtpproxy ended', callId: 'GLOBAL' } as const;

/** A socket that answers what the test says, and the lines that it took. */
function fakeSocket() {
  const socket = {
    answer: 'sent' as Sent,
    room: Number.POSITIVE_INFINITY,
    lines: [] as string[],
    closed: false,
    send(bytes: Uint8Array): Sent {
      if (socket.answer !== 'sent') return socket.answer;
      if (socket.room === 0) return 'full';
      socket.room -= 1;
      socket.lines.push(Buffer.from(bytes).toString('latin1'));
      return 'sent';
    },
    close() {
      socket.closed = true;
    },
  };
  return socket;
}

test('a line has the form of syslog(3)', () => {
  const socket = fakeSocket();
  const sink = new SyslogSink({ facility: 'LOCAL3', socket });
  assert.equal(sink.write(RECORD), true);
  const head = String.raw`<158>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d rtpproxy\[${process.pid}\]: `;
  assert.match(socket.lines[0] ?? '', new RegExp(`^${head}INFO:GLOBAL:daemon:0: rtpproxy ended$`));
  assert.equal(syslogTime(new Date(2026, 10, 3, 4, 5, 6)), 'Nov  3 04:05:06');
});

test('facility and level make the priority, as in <syslog.h>', () => {
  for (const [facility, code] of [
    ['AUTH', 4],
    ['AUTHPRIV', 10],
    ['CRON', 9],
    ['DAEMON', 3],
    ['FTP', 11],
    ['KERN', 1],
    ['LOCAL0', 16],
    ['LOCAL7', 23],
    ['LPR', 6],
    ['MAIL', 2],
    ['NEWS', 7],
    ['SYSLOG', 5],
    ['USER', 1],
    ['UUCP', 8],
  ] as const satisfies readonly (readonly [LogFacility, number])[]) {
    const socket = fakeSocket();
    const sink = new SyslogSink({ facility, socket });
    for (const level of LOG_LEVELS) sink.write({ ...RECORD, level });
    const priorities = socket.lines.map((line) => Number(/^<(\d+)>/.exec(line)?.[1]));
    assert.deepEqual(
      priorities,
      [7, 6, 4, 3, 2].map((level) => code * 8 + level),
    );
  }
});

test('--log-format=json counts here too', () => {
  const socket = fakeSocket();
  new SyslogSink({ facility: 'DAEMON', format: 'json', socket }).write(RECORD);
  const [, json = ''] = (socket.lines[0] ?? '').split(/\]: (.*)/);
  assert.equal(JSON.parse(json).text, 'rtpproxy ended');
});

test('a slow daemon gets the lines later, in order, as far as there is room', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const socket = fakeSocket();
  const sink = new SyslogSink({ facility: 'DAEMON', socket });
  socket.room = 2;
  const taken = Array.from({ length: 1100 }, (_, i) => sink.write({ ...RECORD, text: String(i) }));
  assert.equal(taken.filter(Boolean).length, 2 + 1024);
  socket.room = 10;
  t.mock.timers.tick(20);
  assert.equal(socket.lines.length, 12);
  socket.room = Number.POSITIVE_INFINITY;
  t.mock.timers.tick(20);
  sink.write({ ...RECORD, text: 'next' });
  const texts = socket.lines.map((line) => line.split(':0: ')[1]);
  assert.deepEqual(texts, [...Array.from({ length: 1026 }, (_, i) => String(i)), 'next']);
});

test('a daemon that is away loses lines, and nothing waits for it', () => {
  const socket = fakeSocket();
  const sink = new SyslogSink({ facility: 'DAEMON', socket });
  socket.answer = 'failed';
  assert.equal(sink.write(RECORD), false);
  socket.answer = 'sent';
  assert.equal(sink.write(RECORD), true);
  assert.equal(socket.lines.length, 1);
  sink.close();
  assert.equal(socket.closed, true);
});

test('what waits is tried once more at the end', () => {
  const socket = fakeSocket();
  const sink = new SyslogSink({ facility: 'DAEMON', socket });
  socket.answer = 'full';
  assert.equal(sink.write(RECORD), true);
  socket.answer = 'sent';
  sink.close();
  assert.equal(socket.lines.length, 1);
});
