import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, mkdtempSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { printable } from '../../../src/log/line.ts';
import type { LogLevel } from '../../../src/log/log.ts';
import { DaemonLogger } from '../../../src/log/logger.ts';
import { StderrSink, type StderrSinkOptions } from '../../../src/log/stderr-sink.ts';

function scratch(t: TestContext): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'rtpproxy-logger-'));
  t.after(() => rmSync(directory, { recursive: true }));
  return directory;
}

/** Both ends of a FIFO; neither blocks. */
function fifo(t: TestContext): { readonly reader: number; readonly writer: number } {
  const name = path.join(scratch(t), 'fifo');
  execFileSync('mkfifo', [name]);
  const reader = openSync(name, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(name, constants.O_WRONLY | constants.O_NONBLOCK);
  return { reader, writer };
}

/** What a logger wrote, byte by byte as Latin-1. */
function written(
  t: TestContext,
  { level, ...options }: Omit<StderrSinkOptions, 'fd'> & { readonly level: LogLevel },
  use: (log: DaemonLogger) => void,
): string {
  const name = path.join(scratch(t), 'log');
  const fd = openSync(name, 'w');
  try {
    use(new DaemonLogger(level, [new StderrSink({ env: {}, ...options, fd })]));
  } finally {
    closeSync(fd);
  }
  return readFileSync(name, 'latin1');
}

test('a line has five fields', (t) => {
  const text = written(t, { level: 'INFO' }, (log) => {
    log.log('INFO', 'daemon', 'rtpproxy started, pid 7');
    log.log('ERR', 'session', 'odd: very', 'call:1@host');
  });
  assert.equal(text, 'INFO:GLOBAL:daemon:0: rtpproxy started, pid 7\nERR:call:1@host:session:0: odd: very\n');
});

test('lines below the level are not written', (t) => {
  const text = written(t, { level: 'WARN' }, (log) => {
    for (const level of ['DBUG', 'INFO', 'WARN', 'ERR', 'CRIT'] as const) {
      assert.equal(log.enabled(level), level !== 'DBUG' && level !== 'INFO');
      log.log(level, 'x', level);
    }
  });
  assert.equal(text, 'WARN:GLOBAL:x:0: WARN\nERR:GLOBAL:x:0: ERR\nCRIT:GLOBAL:x:0: CRIT\n');
});

test('hostile texts stay on their line', (t) => {
  const text = written(t, { level: 'ERR' }, (log) => {
    log.log('ERR', 'x', 'a\r\nb\x1b[2J\x7f\0\tc', 'id\nERR:GLOBAL:x:0: forged');
  });
  assert.equal(text, 'ERR:id\\nERR:GLOBAL:x:0: forged:x:0: a\\x0d\\nb\\x1b[2J\\x7f\\x00\\x09c\n');
});

test('characters are bytes, and those beyond Latin-1 are UTF-8', (t) => {
  // But for C1 control characters, by which a remote party would steer a terminal.
  assert.equal(printable('\xe9\xa0\xff\x80'), '\xe9\xa0\xff\\x80');
  // Cut to eight bits this one would be a line feed.
  const text = written(t, { level: 'ERR' }, (log) => log.log('ERR', 'x', '\u010a\u{1f600}'));
  assert.equal(Buffer.from(text, 'latin1').toString('utf8'), 'ERR:GLOBAL:x:0: \u010a\u{1f600}\n');
});

test('a line is cut at 2048 bytes', (t) => {
  const text = written(t, { level: 'ERR' }, (log) => {
    log.log('ERR', 'x', 'y'.repeat(5000));
    log.log('ERR', 'x', 'next');
  });
  const [long, next] = text.split('\n');
  assert.equal(long?.length, 2047);
  assert.equal(next, 'ERR:GLOBAL:x:0: next');
});

test('time stamps count from the first logger or from the time of the environment', (t) => {
  const stamped = (env: Record<string, string>) =>
    written(t, { level: 'ERR', env }, (log) => log.log('ERR', 'x', 'y')).trimEnd();
  assert.match(stamped({ RTPP_LOG_TFORM: 'rel' }), /^00:00:0\d\.\d{3}\/ERR:GLOBAL:x:0: y$/);
  const uptime = Number(readFileSync('/proc/uptime', 'latin1').split(' ')[0]);
  const start = String(uptime - 3723.5);
  assert.match(stamped({ RTPP_LOG_TFORM: 'rel', RTPP_LOG_TSTART: start }), /^01:02:0[3-9]\.\d{3}\/ERR:/);
  assert.match(stamped({ RTPP_LOG_TFORM: 'rel', RTPP_LOG_TSTART: 'x' }), /^00:00:0\d\.\d{3}\/ERR:/);
  assert.equal(stamped({ RTPP_LOG_TFORM: 'abs' }), 'ERR:GLOBAL:x:0: y');
});

test('what a full pipe does not take is dropped, counted and reported', (t) => {
  const { reader, writer } = fifo(t);
  t.after(() => closeSync(writer));
  t.after(() => closeSync(reader));
  const log = new DaemonLogger('ERR', [new StderrSink({ fd: writer, env: {} })]);
  const lines = 1000;
  // Each of a topic of its own, which keeps the rate limit out of this.
  for (let i = 0; i < lines; i += 1) log.log('ERR', `x${i}`, 'z'.repeat(1000));
  const buffer = Buffer.alloc(1 << 20);
  const kept = buffer.toString('latin1', 0, readSync(reader, buffer)).split('\n').length - 1;
  assert(kept > 0 && kept < lines);
  log.log('ERR', 'x', 'after');
  const [report, after] = buffer.toString('latin1', 0, readSync(reader, buffer)).split('\n');
  assert.equal(report, `WARN:GLOBAL:logger:0: ${lines - kept} log lines were dropped`);
  assert.equal(after, 'ERR:GLOBAL:x:0: after');
});

test('a closed reader is no error', (t) => {
  const { reader, writer } = fifo(t);
  t.after(() => closeSync(writer));
  closeSync(reader);
  new DaemonLogger('ERR', [new StderrSink({ fd: writer, env: {} })]).log('ERR', 'x', 'unheard');
});

test('a pipe that nobody reads does not stop the process', async (t) => {
  const { reader } = fifo(t);
  t.after(() => closeSync(reader));
  const script = `
    import { nonBlockingStderr, StderrSink } from './src/log/stderr-sink.ts';
    const sink = new StderrSink({ fd: nonBlockingStderr() });
    const record = { level: 'ERR', where: 'x', text: 'z'.repeat(1000), callId: 'GLOBAL' };
    for (let i = 0; i < 1000; i += 1) sink.write(record);
  `;
  const args = ['--import', 'tsx', '--input-type=module', '-e', script];
  // A blocking end of the same FIFO, as a shell's pipe is.
  const stderr = openSync(`/proc/self/fd/${reader}`, constants.O_WRONLY);
  const child = spawn(process.execPath, args, {
    cwd: new URL('../../..', import.meta.url),
    stdio: ['ignore', 'ignore', stderr],
    timeout: 20_000,
  });
  closeSync(stderr);
  assert.deepEqual(await once(child, 'exit'), [0, null]);
});
