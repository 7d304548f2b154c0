import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { atEnd, temporaryDirectory } from '../helpers/cleanup.ts';
import { unixClient } from '../helpers/control-client.ts';
import { until } from '../helpers/deadline.ts';
import { openFiles, udpPorts } from './support/descriptors.ts';
import { processesOf, runCommand, runIntoFile, startCommand } from './support/process.ts';
import { HOST, portIn, untilDraining } from './support/relay.ts';

// Without -f the command returns when the daemon is ready, which then lives in the background (cli.md 7).

const START_MS = 10_000;
const STOP_MS = 2000;

/** A daemon in the background is nobody's child. */
function killAtEnd(t: TestContext, directory: string): void {
  atEnd(t, () => {
    for (const pid of processesOf(directory)) process.kill(pid, 'SIGKILL');
  });
}

/** Starts a daemon in the background, with a Unix socket; it is killed with the test. `stderr`: what it says. */
async function startInBackground(t: TestContext, args: readonly string[], stderr = '') {
  const directory = temporaryDirectory(t);
  killAtEnd(t, directory);
  const outcome = await runCommand(t, ['-F', '-l', HOST, '-s', 'unix:control', ...args], { directory });
  assert.deepEqual(outcome, { code: 0, signal: null, stderr });
  return { directory, control: unixClient(join(directory, 'control')) };
}

/** What a daemon that stays in the foreground has open: stderr is its starter's, all else is its own. */
async function openInForeground(t: TestContext): Promise<string[]> {
  const directory = temporaryDirectory(t);
  const args = ['-f', '-F', '-l', HOST, '-s', 'unix:control', '-D', '-p', 'pid'];
  const { pid } = await startCommand(t, args, { directory });
  const pidFile = join(directory, 'pid');
  await until(() => existsSync(pidFile) && readFileSync(pidFile, 'latin1') !== '', START_MS, 'start of the daemon');
  await unixClient(join(directory, 'control')).command('I');
  const files = openFiles(pid);
  const stderr = readlinkSync(`/proc/${pid}/fd/2`).replace(/:.*/, '');
  files.splice(files.indexOf(stderr), 1, '/dev/null');
  return files.sort();
}

function processState(pid: number) {
  // The name in parentheses may have blanks; the state comes behind it.
  const [, parent, , session] = (readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1] ?? '').split(' ');
  return { parent: Number(parent), session: Number(session) };
}

async function stop(directory: string, pid: number): Promise<void> {
  process.kill(pid, 'SIGTERM');
  await until(() => processesOf(directory).length === 0, STOP_MS, 'end of the daemon');
}

describe('the daemon in the background', { concurrency: 2 }, () => {
  test('the command returns when the daemon serves', async (t) => {
    const pidFile = join(temporaryDirectory(t), 'pid');
    const { directory, control } = await startInBackground(t, ['-p', pidFile]);
    // Nothing is waited for: the pid file and the sockets are there.
    const pid = Number(readFileSync(pidFile, 'latin1'));
    assert.deepEqual(processesOf(directory), [pid]);
    assert.equal(await control.command('V'), '20040107\n');
    portIn(await control.command(`U c ${HOST} 4000 from`));

    assert.equal(processState(pid).session, pid, 'a session of its own');
    assert.notEqual(processState(pid).parent, process.pid);
    assert.equal(readFileSync(`/proc/${pid}/comm`, 'latin1'), 'rtpproxy\n');
    assert.equal(readlinkSync(`/proc/${pid}/cwd`), '/');
    for (const fd of [0, 1, 2]) assert.equal(readlinkSync(`/proc/${pid}/fd/${fd}`), '/dev/null');

    await stop(directory, pid);
    assert.deepEqual(readdirSync(directory), []);
    assert.throws(() => readFileSync(pidFile), { code: 'ENOENT' });
  });

  test('files keep their names when the configuration is read again', async (t) => {
    const directory = temporaryDirectory(t);
    killAtEnd(t, directory);
    const at = (name: string): string => join(directory, name);
    const files = ['call_records = calls', 'http = "unix:http"', 'http_token_file = token', 'recording_done = ./done'];
    writeFileSync(
      at('conf'),
      [...files, `record_dir = "${directory}"`, 'no_redirect = yes', 'no_rtcp_recording = yes'].join('\n'),
    );
    writeFileSync(at('token'), 'a-secret-of-many-letters', { mode: 0o600 });
    writeFileSync(at('done'), `#!/bin/sh\necho "$RTPP_CALL_ID" >> '${at('ran')}'\n`, { mode: 0o755 });
    const args = ['-F', '-l', HOST, '-s', 'unix:control', '-p', at('pid'), '--config', 'conf', '-d', 'info'];
    assert.equal(await runIntoFile(args, directory, at('log')), 0);
    const pid = Number(readFileSync(at('pid'), 'latin1'));
    const log = (): string => readFileSync(at('log'), 'latin1');
    process.kill(pid, 'SIGURG');
    await until(() => / read \S+\/conf again$/m.test(log()), STOP_MS, 'the file');
    assert.doesNotMatch(log(), /:reload:\d+: (?!read )/);
    const control = unixClient(at('control'));
    portIn(await control.command(`U c ${HOST} 4000 from`));
    assert.equal(await control.command('R c from'), '0\n');
    assert.equal(await control.command('D c from'), '0\n');
    await until(() => existsSync(at('ran')) && readFileSync(at('ran'), 'latin1') === 'c\n', STOP_MS, 'the program');
    await stop(directory, pid);
  });

  test('-D keeps the directory', async (t) => {
    const { directory } = await startInBackground(t, ['-D', '-p', 'pid']);
    const pid = Number(readFileSync(join(directory, 'pid'), 'latin1'));
    assert.equal(readlinkSync(`/proc/${pid}/cwd`), directory);
    assert.deepEqual(readdirSync(directory), ['control', 'pid']);
    await stop(directory, pid);
    assert.deepEqual(readdirSync(directory), []);
  });

  test('in the background it drains too, and holds no descriptor of the one who started it', async (t) => {
    const { directory, control } = await startInBackground(t, ['-D', '-p', 'pid']);
    const pid = Number(readFileSync(join(directory, 'pid'), 'latin1'));
    // The start goes on for a moment after the command has returned; JavaScript that answers has ended it.
    await control.command('I');
    assert.deepEqual(openFiles(pid), await openInForeground(t));
    const own = udpPorts(pid);
    const { port } = portIn(await control.command(`U c ${HOST} 4000 from`));
    process.kill(pid, 'SIGHUP');
    await untilDraining(control);
    // Not a number of descriptors: those of the sessions that found out about it are kept for later, without a port as soon
    // as the relay worker has given them back.
    await until(() => udpPorts(pid).length <= own.length + 2, STOP_MS, 'end of other sessions');
    assert.deepEqual(new Set(udpPorts(pid)), new Set([...own, port, port + 1]));
    assert.equal(await control.command('D c from'), '0\n');
    await until(() => processesOf(directory).length === 0, STOP_MS, 'end of the daemon');
    assert.deepEqual(readdirSync(directory), []);
  });

  test('a pid file that cannot be written does not keep the command waiting', async (t) => {
    const line = "ERR:GLOBAL:pid-file:0: can't open pidfile for writing: No such file or directory (2)\n";
    const { directory, control } = await startInBackground(t, ['-p', '/nonexistent/pid'], line);
    const [pid = 0] = processesOf(directory);
    assert.equal(await control.command('V'), '20040107\n');
    await stop(directory, pid);
  });

  test('a background start that fails ends with 1, the reason and nothing left behind', async (t) => {
    const directory = temporaryDirectory(t);
    mkdirSync(join(directory, 'folder'));
    for (const [args, reason] of [
      [['-s', 'folder'], "can't bind to a socket: folder: Address already in use"],
      [['-s', 'one', '-s', 'missing/two'], "can't bind to a socket: missing/two: No such file or directory"],
    ] as const) {
      const { code, stderr } = await runCommand(t, ['-F', '-D', '-p', 'pid', '-l', HOST, ...args], { directory });
      assert.equal(code, 1, args.join(' '));
      assert.ok(stderr.startsWith(`rtpproxy: ${reason}`), stderr);
      assert.deepEqual(readdirSync(directory), ['folder']);
      assert.deepEqual(processesOf(directory), []);
    }
  });
});
