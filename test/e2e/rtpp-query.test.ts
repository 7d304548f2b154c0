import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { atEnd, temporaryDirectory } from '../helpers/cleanup.ts';
import { freeUdpPort, startDaemon } from '../helpers/daemon.ts';

const PROGRAM = fileURLToPath(new URL('../../dist/cli/rtpp-query.js', import.meta.url));
const SUMMARY =
  'sessions created: 0\nactive sessions: 0\nactive streams: 0\npackets received: 0\npackets transmitted: 0\n';

const E50 = 'rtpp-query: E50: No such session; for R and N also: nothing was started or stopped.\n';
const EXPLAINED = `${E50}rtpp-query: E0: The first byte of the command is no command letter.\n`;

interface Result {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs rtpp-query; `input` null leaves its stdin open. */
async function query(t: TestContext, args: readonly string[], input: string | null = ''): Promise<Result> {
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: 'pipe', timeout: 10_000 });
  atEnd(t, () => {
    child.kill();
  });
  if (input !== null) child.stdin.end(Buffer.from(input, 'latin1'));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: child.exitCode, out, err };
}

test('operands are sent one after the other, over every kind of socket', async (t) => {
  const udp = `udp:127.0.0.1:${await freeUdpPort('127.0.0.1')}`;
  const { directory } = await startDaemon(t, ['-s', udp, '-s', 'cunix:c', '-s', 'unix:u', '-l', '127.0.0.1']);
  for (const target of [udp, `cunix:${directory}/c`, `unix:${directory}/u`, `${directory}/u`]) {
    const { code, out, err } = await query(t, ['-s', target, '-n', '4', '-S', '/x', 'V', 'G', 'I', 'D a b', '?']);
    assert.deepEqual({ code, out, err }, { code: 0, out: `20040107\n\n${SUMMARY}E50\nE0\n`, err: EXPLAINED });
  }
});

test('commands from a file or stdin, replies to a file', async (t) => {
  const { directory } = await startDaemon(t, ['-s', 'unix:u', '-l', '127.0.0.1']);
  const socket = ['-s', `${directory}/u`];
  const stdin = await query(t, [...socket, '-i', '-'], 'V\n\nD \xe9 x\r\nVF 20081102');
  assert.deepEqual(stdin, { code: 0, out: '20040107\nE50\n1\n', err: E50 });
  const [input, output] = [join(directory, 'in'), join(directory, 'out')];
  writeFileSync(input, 'V\nX\n');
  assert.deepEqual(await query(t, [...socket, '-b', '-i', input, '-o', output, 'I']), { code: 0, out: '', err: '' });
  assert.equal(readFileSync(output, 'latin1'), `20040107\n0\n${SUMMARY}`);
});

test('help goes to stdout and tells every option', async (t) => {
  for (const option of ['-h', '--help']) {
    const { code, out, err } = await query(t, [option]);
    assert.deepEqual({ code, err }, { code: 0, err: '' });
    for (const name of 'sionbtSh') assert.match(out, new RegExp(`^.*-${name}\\b`, 'm'), name);
  }
});

test('failures: exit code 1 and a message', async (t) => {
  const { directory } = await startDaemon(t, ['-s', 'unix:u', '-l', '127.0.0.1']);
  const socket = ['-s', `${directory}/u`];
  const closed = await freeUdpPort('127.0.0.1');
  const cases: readonly [readonly string[], RegExp][] = [
    [['-s', `udp:127.0.0.1:${closed}`, 'V'], /^rtpp-query: .*ECONNREFUSED.*: nobody listens there; .*\n$/],
    [['-s', `udp:127.0.0.1:${closed}`, '-b', 'V'], /^rtpp-query: .*ECONNREFUSED.*: nobody listens there; .*\n$/],
    [['-s', `tcp:127.0.0.1:${closed}`, 'V'], /^rtpp-query: .*ECONNREFUSED.*: nobody listens there; .*\n$/],
    [['-s', 'unix:/nonexistent/socket', 'V'], /^rtpp-query: .*ENOENT.*: no socket is there; .*\n$/],
    [[...socket, '-i', '/nonexistent/file'], /^rtpp-query: ENOENT: .*\n$/],
    [[...socket, '-i', directory], /^rtpp-query: EISDIR: .*\n$/],
    [[...socket, '-o', '/nonexistent/file', 'V'], /^rtpp-query: ENOENT: .*\n$/],
    [[...socket, '-o', '/dev/full', 'V'], /^rtpp-query: ENOSPC: .*\n$/],
    [[...socket, 'V\nX'], /^rtpp-query: not one line/],
    [['-s', 'stdio:', 'V'], /^rtpp-query: no client can connect to stdio:\n$/],
    [socket, /^rtpp-query: no command\nusage: /],
    [[...socket, '-x', 'V'], /^rtpp-query: invalid option -- 'x'\nusage: /],
    [[...socket, '-t', 'soon', 'V'], /^rtpp-query: not a time in seconds: soon\nusage: /],
    [[...socket, '-n', '0', 'V'], /^rtpp-query: not a number of workers: 0\nusage: /],
  ];
  for (const [args, message] of cases) {
    const { code, err } = await query(t, args);
    assert.match(err, message);
    assert.equal(code, 1, args.join(' '));
  }
});

test('exit code 2: no reply; 3: the time is over', async (t) => {
  const silent = createSocket('udp4');
  silent.bind(0, '127.0.0.1');
  await once(silent, 'listening');
  atEnd(t, () => {
    silent.close();
  });
  const socket = ['-s', `udp:127.0.0.1:${silent.address().port}`];
  const unanswered = await query(t, [...socket, 'V']);
  assert.deepEqual([unanswered.code, unanswered.out], [2, '']);
  assert.match(
    unanswered.err,
    /^rtpp-query: no reply within 3000 ms for "V": is it rtpproxy that listens there, .*\?\n$/,
  );
  assert.deepEqual(await query(t, [...socket, '-t', '0.3', 'V']), { code: 3, out: '', err: '' });
  const { directory } = await startDaemon(t, ['-s', 'unix:u', '-l', '127.0.0.1']);
  const idle = await query(t, ['-s', `${directory}/u`, '-t', '0.5', '-i', '-'], null);
  assert.deepEqual(idle, { code: 3, out: '', err: '' });
});

test('the version is asked for first, unless -b is given', async (t) => {
  const path = join(temporaryDirectory(t), 'none');
  const { err } = await query(t, ['-s', path, '-i', '/dev/null']);
  assert.match(err, /ENOENT/);
  assert.deepEqual(await query(t, ['-s', path, '-b', '-i', '/dev/null']), { code: 0, out: '', err: '' });
});
