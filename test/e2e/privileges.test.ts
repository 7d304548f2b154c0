import assert from 'node:assert/strict';
import { chmodSync, chownSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type TestScope, temporaryDirectory } from '../helpers/cleanup.ts';
import { unixClient } from '../helpers/control-client.ts';
import { until } from '../helpers/deadline.ts';
import { runCommand, SUPERUSER, startCommand } from './support/process.ts';
import { HOST, portIn } from './support/relay.ts';

// -u, -w, -c, --nice and -L (cli.md 5, 7 and 8). Only the superuser can change to another user.

const NOBODY = 65534;
const skip = SUPERUSER ? false : 'only the superuser may change the user';

/** The numbers of a line of /proc/PID/status. */
function ids(status: string, field: string): number[] {
  const line = status.split('\n').find((text) => text.startsWith(`${field}:`)) ?? '';
  return line
    .slice(field.length + 1)
    .split(/\s+/)
    .filter(Boolean)
    .map(Number);
}

/** Starts a daemon with a Unix socket in a directory that everybody may write to, and waits for its pid file. */
async function start(t: TestScope, args: readonly string[]) {
  const directory = temporaryDirectory(t);
  chmodSync(directory, 0o777);
  const daemon = await startCommand(t, ['-f', '-p', 'pid', '-s', 'control', '-l', HOST, ...args], { directory });
  const pid = join(directory, 'pid');
  await until(
    () => (existsSync(pid) && readFileSync(pid, 'latin1') !== '') || daemon.exit() !== undefined,
    5000,
    'start',
  );
  assert.equal(daemon.exit(), undefined, daemon.stderr());
  return { daemon, directory, control: join(directory, 'control') };
}

/** Owner, group and permissions of a file. */
function access(path: string) {
  const { uid, gid, mode } = statSync(path);
  return { uid, gid, mode: (mode & 0o7777).toString(8) };
}

test('-u drops user, group and supplementary groups in every thread', { skip }, async (t) => {
  const { daemon, directory, control } = await start(t, ['-u', 'nobody', '--workers', '3']);
  const tasks = readdirSync(`/proc/${daemon.pid}/task`);
  assert.ok(tasks.length > 3);
  for (const task of tasks) {
    const status = readFileSync(`/proc/${daemon.pid}/task/${task}/status`, 'latin1');
    assert.deepEqual(ids(status, 'Uid'), [NOBODY, NOBODY, NOBODY, NOBODY], `user of thread ${task}`);
    assert.deepEqual(ids(status, 'Gid'), [NOBODY, NOBODY, NOBODY, NOBODY], `group of thread ${task}`);
    assert.deepEqual(ids(status, 'Groups'), [NOBODY], `groups of thread ${task}`);
    assert.match(status, /^CapEff:\t0+$/m);
    assert.match(status, /^NoNewPrivs:\t1$/m);
  }
  const { uid, gid } = access(control);
  assert.deepEqual([uid, gid], [NOBODY, NOBODY]);
  portIn(await unixClient(control).command(`U c ${HOST} 4000 from`));
  // No warning about the superuser, and nothing else.
  assert.equal(daemon.stderr(), '');
  assert.deepEqual(await daemon.stop(), { code: 0, signal: null });
  assert.deepEqual(readdirSync(directory), []);
});

test('owner and mode of the control socket', { skip }, async (t) => {
  const group = { uid: 0, gid: NOBODY };
  const umask = (0o777 & ~process.umask()).toString(8);
  for (const [args, expected] of [
    [['-F'], { uid: 0, gid: 0, mode: umask }],
    [['-F', '-w', '432'], { uid: 0, gid: 0, mode: '660' }],
    [['-F', '-w', '0600'], { uid: 0, gid: 0, mode: '600' }],
    [['-u', 'nobody'], { uid: NOBODY, gid: NOBODY, mode: umask }],
    [['-u', 'nobody:root'], { uid: NOBODY, gid: 0, mode: '755' }],
    [['-u', 'nobody:root', '-w', '0'], { uid: NOBODY, gid: 0, mode: '755' }],
    [['-u', 'nobody:nogroup', '-w', '0660'], { uid: NOBODY, gid: NOBODY, mode: '660' }],
    [['-F', '-u', ':nogroup'], { ...group, mode: '755' }],
    [['-F', '-u', ':nogroup', '-w', '432'], { ...group, mode: '660' }],
  ] as const) {
    const { daemon, control } = await start(t, args);
    assert.deepEqual(access(control), expected, args.join(' '));
    assert.equal(daemon.stderr(), '', args.join(' '));
    assert.deepEqual(await daemon.stop(), { code: 0, signal: null });
  }
});

test('a group alone does not count as giving up privileges', { skip }, async (t) => {
  const { daemon } = await start(t, ['-u', ':nogroup']);
  assert.match(daemon.stderr(), /^rtpproxy: WARNING!!! Running this program as superuser/);
  assert.deepEqual(ids(readFileSync(`/proc/${daemon.pid}/status`, 'latin1'), 'Groups'), [NOBODY]);
  const directory = temporaryDirectory(t);
  const args = ['-f', '-p', 'pid', '-s', `udp:${HOST}:0`, '-l', HOST, '-u', ':nogroup'];
  const { code, stderr } = await runCommand(t, args, { directory });
  assert.equal(code, 1);
  assert.match(stderr, /^rtpproxy: running this program as superuser in a remote control mode/);
});

test('the pid file is opened with the privileges of the start', { skip }, async (t) => {
  const directory = temporaryDirectory(t);
  chownSync(directory, 0, 0);
  const args = ['-f', '-p', 'pid', '-s', `udp:${HOST}:0`, '-l', HOST, '-u', 'nobody'];
  const daemon = await startCommand(t, args, { directory });
  const file = join(directory, 'pid');
  await until(() => existsSync(file) && readFileSync(file, 'latin1') === `${daemon.pid}\n`, 5000, 'pid file');
  assert.deepEqual(await daemon.stop(), { code: 0, signal: null });
  assert.equal(daemon.stderr(), '');
  // What the user may not remove stays, as in the C daemon.
  assert.deepEqual(readdirSync(directory), ['pid']);
});

test('who may not change the user gets one line per problem, and leaves nothing behind', { skip }, async (t) => {
  const directory = temporaryDirectory(t);
  chmodSync(directory, 0o777);
  const start = ['-f', '-p', 'pid', '-l', HOST, '-u', 'root'];
  const unix = await runCommand(t, [...start, '-s', 'control'], { directory, uid: NOBODY, gid: NOBODY });
  const reason = 'Operation not permitted';
  const lines = [
    `can't set owner of the socket: ${directory}/control: ${reason}`,
    `can't initialize control socket: ${reason}`,
  ];
  assert.deepEqual([unix.code, unix.stderr], [1, lines.map((line) => `rtpproxy: ${line}\n`).join('')]);
  const udp = await runCommand(t, [...start, '-s', `udp:${HOST}:0`], { directory, uid: NOBODY, gid: NOBODY });
  assert.deepEqual([udp.code, udp.stderr], [1, `rtpproxy: can't switch to requested user/group: ${reason} (1)\n`]);
  assert.deepEqual(readdirSync(directory), []);
});

test('who is the user already may say so', { skip }, async (t) => {
  const directory = temporaryDirectory(t);
  chmodSync(directory, 0o777);
  const args = ['-f', '-p', 'pid', '-s', 'control', '-l', HOST, '-u', 'nobody:nogroup', '-w', '0660'];
  const daemon = await startCommand(t, args, { directory, uid: NOBODY, gid: NOBODY });
  await until(() => existsSync(join(directory, 'pid')) || daemon.exit() !== undefined, 5000, 'start');
  assert.deepEqual(access(join(directory, 'control')), { uid: NOBODY, gid: NOBODY, mode: '660' });
  assert.deepEqual(await daemon.stop(), { code: 0, signal: null });
  assert.deepEqual(readdirSync(directory), []);
});

test('-c and --nice count for every relay thread, or -c is one log line', async (t) => {
  // Threads that were there before keep the priority of this process.
  const nice = getPriority() === 5 ? 6 : 5;
  const { daemon } = await start(t, ['-F', '-c', 'rr', '--nice', String(nice), '--workers', '2']);
  const refused = /^ERR:GLOBAL:[^:]+:\d+: sched_setscheduler\(SCHED_RR, 99\): Operation not permitted \(1\)\n$/;
  if (daemon.stderr() !== '') assert.match(daemon.stderr(), refused);
  const tasks = readdirSync(`/proc/${daemon.pid}/task`).map((task) => {
    const stat = readFileSync(`/proc/${daemon.pid}/task/${task}/stat`, 'latin1');
    // Fields 19, 40 and 41, counted from the state, which is the third.
    const fields = (stat.split(') ')[1] ?? '').split(' ');
    return { nice: Number(fields[16]), priority: Number(fields[37]), policy: Number(fields[38]) };
  });
  const changed = tasks.filter((task) => task.nice === nice);
  assert.ok(changed.length >= 3, JSON.stringify(tasks));
  const realTime = daemon.stderr() === '' ? { priority: 99, policy: 2 } : { priority: 0, policy: 0 };
  for (const task of changed) assert.deepEqual(task, { nice, ...realTime });
});

test('-L sets both limits', async (t) => {
  const { daemon } = await start(t, ['-F', '-L', '200']);
  const limits = readFileSync(`/proc/${daemon.pid}/limits`, 'latin1');
  assert.match(limits, /^Max open files\s+200\s+200\s/m);
});
