import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startProcess } from '../helpers/child-process.ts';
import { atEnd, temporaryDirectory } from '../helpers/cleanup.ts';
import { until } from '../helpers/deadline.ts';
import { freeTcpPort } from '../helpers/tcp-port.ts';
import { bindDatagrams } from '../helpers/unix-datagrams.ts';
import { BUILT, MARK, processesOf, runCommand, startCommand } from './support/process.ts';
import { HOST, portIn } from './support/relay.ts';
import { StreamClient } from './support/stream-client.ts';

// Socket activation, readiness and units (cli.md 11). systemd-socket-activate and systemd-analyze need no running systemd.

const PACKAGING = fileURLToPath(new URL('../../scripts/packaging', import.meta.url));
const DAEMON = ['-F', '-D', '-p', 'pid', '-l', HOST];

/** A socket that starts the daemon with its first connection. */
async function activate(t: TestContext, sockets: readonly string[], args: readonly string[]) {
  const directory = temporaryDirectory(t);
  atEnd(t, () => {
    for (const pid of processesOf(directory)) process.kill(pid, 'SIGKILL');
  });
  const listen = sockets.flatMap((socket) => ['-l', socket.replace('DIR', directory)]);
  const command = ['systemd-socket-activate', '-E', `${MARK}=${directory}`, ...listen, process.execPath, BUILT];
  const child = await startProcess(t, [...command, ...DAEMON, ...args], { cwd: directory });
  const path = join(directory, 'control');
  await until(() => !listen.includes(path) || isListening(path) || child.exit() !== undefined, 5000, 'socket');
  return { directory, child, path };
}

/** Its file is there a moment before that. `__SO_ACCEPTCON` is among the flags in the fourth column. */
function isListening(path: string): boolean {
  const rows = readFileSync('/proc/net/unix', 'latin1').split('\n');
  return rows.some((row) => row.endsWith(` ${path}`) && row.split(/\s+/)[3] === '00010000');
}

describe('socket activation', () => {
  test('the first connection starts the daemon and is served, line by line', async (t) => {
    const { child, directory, path } = await activate(t, ['DIR/control'], ['-f', '-s', 'systemd:']);
    assert.equal(existsSync(join(directory, 'pid')), false);
    const client = await StreamClient.connect(t, { path });
    client.send(`V\nU c ${HOST} 4000 from\n`);
    await until(() => client.received.split('\n').length === 3, 5000, 'two replies');
    const [version = '', port = ''] = client.received.split('\n');
    assert.equal(version, '20040107');
    portIn(`${port}\n`);
    const second = await StreamClient.connect(t, { path });
    second.send('V\n');
    assert.equal(await second.reply(9), '20040107\n');
    process.kill(child.pid, 'SIGTERM');
    assert.deepEqual(await child.exited, { code: 0, signal: null });
    // The socket is not the daemon's.
    assert.deepEqual(readdirSync(directory), ['control']);
  });

  test('a socket of everybody is warned about once, one of a group is not', async (t) => {
    for (const [mode, expected] of [
      [0o666, 1],
      [0o660, 0],
    ] as const) {
      const { child, path } = await activate(t, ['DIR/control'], ['-f', '-d', 'warn', '-s', 'systemd:']);
      chmodSync(path, mode);
      const client = await StreamClient.connect(t, { path });
      client.send('V\n');
      assert.equal(await client.reply(9), '20040107\n');
      const lines = child.stderr().split('\n');
      const warnings = lines.filter((line) =>
        /^WARN:GLOBAL:control:0: any local user may command .*\/control;/.test(line),
      );
      assert.equal(warnings.length, expected, child.stderr());
      process.kill(child.pid, 'SIGTERM');
      await child.exited;
    }
  });

  test('in the background too', async (t) => {
    const { child, directory, path } = await activate(t, ['DIR/control'], ['-s', 'systemd:1']);
    const client = await StreamClient.connect(t, { path });
    client.send('V\n');
    assert.equal(await client.reply(9), '20040107\n');
    assert.deepEqual(await child.exited, { code: 0, signal: null });
    const pid = Number(readFileSync(join(directory, 'pid'), 'latin1'));
    assert.deepEqual(processesOf(directory), [pid]);
    process.kill(pid, 'SIGTERM');
    await until(() => processesOf(directory).length === 0, 3000, 'end');
    assert.deepEqual(readdirSync(directory), ['control']);
  });

  test('one socket, and of Unix', async (t) => {
    const last = "rtpproxy: can't initialize control socket: ";
    const port = await freeTcpPort(HOST);
    const family = 'Address family not supported by protocol';
    for (const [sockets, lines] of [
      [
        ['DIR/control', 'DIR/other'],
        ['rtpproxy: Too many file descriptors received.', `${last}Invalid argument`],
      ],
      [[`${HOST}:${port}`], [last + family]],
    ] as const) {
      const { child, path } = await activate(t, sockets, ['-f', '-s', 'systemd:']);
      const connect = () => StreamClient.connect(t, sockets.length > 1 ? { path } : { host: HOST, port });
      await until(
        () =>
          connect().then(
            () => true,
            () => false,
          ),
        5000,
        'connection',
      );
      assert.deepEqual(await child.exited, { code: 1, signal: null });
      assert.deepEqual(
        child
          .stderr()
          .split('\n')
          .filter((line) => line.startsWith('rtpproxy: ')),
        lines,
      );
    }
    const env = { LISTEN_FDS: '1', LISTEN_PID: '1' };
    for (const passed of [{}, env]) {
      const { code, stderr } = await runCommand(t, [...DAEMON, '-f', '-s', 'systemd:'], { env: passed });
      assert.deepEqual([code, stderr], [1, `${last}No such file or directory\n`]);
    }
  });
});

describe('readiness', () => {
  test('the service manager hears of start, reload, life and end', async (t) => {
    const directory = temporaryDirectory(t);
    const notify = await bindDatagrams(t, join(directory, 'notify'));
    const env = { NOTIFY_SOCKET: join(directory, 'notify'), WATCHDOG_USEC: '200000' };
    const args = [...DAEMON, '-f', '-s', 'unix:control'];
    const daemon = await startCommand(t, args, { directory, env });
    assert.equal(await notify.next(), 'READY=1\nSTATUS=Relaying media');
    // Everything is in place by then.
    assert.equal(readFileSync(join(directory, 'pid'), 'latin1'), `${daemon.pid}\n`);
    for (let i = 0; i < 3; i += 1) assert.equal(await notify.next(), 'WATCHDOG=1');
    process.kill(daemon.pid, 'SIGURG');
    const states: string[] = [];
    const nextState = async () => {
      for (;;) {
        const state = await notify.next();
        if (state !== 'WATCHDOG=1') return state;
      }
    };
    states.push(await nextState(), await nextState());
    assert.match(states[0] ?? '', /^RELOADING=1\nMONOTONIC_USEC=\d+$/);
    assert.equal(states[1], 'READY=1');
    assert.deepEqual(await daemon.stop(), { code: 0, signal: null });
    assert.deepEqual([await nextState(), await nextState()], ['STOPPING=1\nSTATUS=Ending', 'STATUS=Exited']);
  });

  test('the background process says who it is, at an abstract address', async (t) => {
    const directory = temporaryDirectory(t);
    const address = `@rtpproxy-test-${process.pid}-${basename(directory)}`;
    const notify = await bindDatagrams(t, address);
    const args = [...DAEMON, '-s', 'unix:control'];
    const { code } = await runCommand(t, args, { directory, env: { NOTIFY_SOCKET: address } });
    assert.equal(code, 0);
    const pid = Number(readFileSync(join(directory, 'pid'), 'latin1'));
    assert.equal(await notify.next(), `READY=1\nSTATUS=Relaying media\nMAINPID=${pid}`);
    process.kill(pid, 'SIGHUP');
    assert.equal(await notify.next(), 'STATUS=Waiting for the last call to end');
    assert.equal(await notify.next(), 'STOPPING=1\nSTATUS=Ending');
    await until(() => processesOf(directory).length === 0, 3000, 'end');
  });

  test('a start that fails says nothing, and a manager that is away harms nothing', async (t) => {
    const directory = temporaryDirectory(t);
    const notify = await bindDatagrams(t, join(directory, 'notify'));
    const env = { NOTIFY_SOCKET: join(directory, 'notify') };
    const failed = await runCommand(t, [...DAEMON, '-f', '-s', 'unix:missing/control'], { directory, env });
    assert.equal(failed.code, 1);
    assert.deepEqual(
      notify.waiting.filter((message) => message.includes('READY')),
      [],
    );
    const away = { NOTIFY_SOCKET: join(directory, 'nobody'), WATCHDOG_USEC: '20000' };
    const daemon = await startCommand(t, [...DAEMON, '-f', '-s', 'unix:control'], { directory, env: away });
    await until(() => readdirSync(directory).includes('pid'), 5000, 'start');
    assert.deepEqual(await daemon.stop(), { code: 0, signal: null });
    assert.equal(daemon.stderr(), '');
  });
});

describe('units', () => {
  const analyze = (...args: readonly string[]) => spawnSync('systemd-analyze', args, { encoding: 'utf8' });

  test('systemd has nothing to say against them', (t) => {
    const directory = temporaryDirectory(t);
    for (const name of ['rtpproxy.service', 'rtpproxy.socket']) {
      const unit = readFileSync(join(PACKAGING, name), 'utf8');
      // The command is not installed here.
      writeFileSync(join(directory, name), unit.replace('/usr/bin/rtpproxy', `${process.execPath} ${BUILT}`));
    }
    const paths = ['rtpproxy.service', 'rtpproxy.socket'].map((name) => join(directory, name));
    const { status, stderr } = analyze('verify', '--man=no', ...paths);
    assert.deepEqual([stderr, status], ['', 0]);
  });

  test('the service is exposed by no more than 2.0', () => {
    const { status, stdout, stderr } = analyze(
      ...['security', '--offline=yes', '--no-pager', '--threshold=20', join(PACKAGING, 'rtpproxy.service')],
    );
    assert.equal(status, 0, stdout + stderr);
    const exposure = Number(/Overall exposure level for rtpproxy\.service: ([\d.]+)/.exec(stdout)?.[1]);
    assert.ok(exposure <= 2, `exposure ${exposure}`);
  });

  test('the command line of the service is one that the daemon accepts', () => {
    const unit = readFileSync(join(PACKAGING, 'rtpproxy.service'), 'utf8');
    const defaults = readFileSync(join(PACKAGING, 'rtpproxy.default'), 'utf8');
    const options = /^OPTIONS="(.*)"$/m.exec(defaults)?.[1] ?? '';
    const [, line = ''] = /^ExecStart=\/usr\/bin\/rtpproxy (.*)$/m.exec(unit) ?? [];
    const words = line
      .split(' ')
      .flatMap((word) => (word === '$OPTIONS' ? options.split(' ') : word === '$EXTRA_OPTS' ? [] : [word]))
      .map((word) => word.replace(`\${CONTROL_SOCK}`, 'systemd:'));
    const check = spawnSync(process.execPath, [BUILT, ...words, '-F', '--check'], { encoding: 'utf8' });
    assert.deepEqual([check.status, check.stderr], [0, '']);
    assert.match(check.stdout, /^control = "systemd:"$/m);
    assert.match(check.stdout, /^listen = "\*"$/m);
  });
});
