import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { temporaryDirectory } from '../helpers/cleanup.ts';
import { udpClient, unixClient } from '../helpers/control-client.ts';
import { freeUdpPort } from '../helpers/daemon.ts';
import { until, within } from '../helpers/deadline.ts';
import { freeTcpPort } from '../helpers/tcp-port.ts';
import { bindDatagrams } from '../helpers/unix-datagrams.ts';
import { startOpenRelay } from './support/control-sockets.ts';
import { startCommand } from './support/process.ts';
import { HOST, portIn, setUpCall, untilDraining, untilLogged } from './support/relay.ts';
import { StreamClient } from './support/stream-client.ts';

// The daemon's end, on request (cli.md 7.1).

const STOP_MS = 2000;
const OK = { code: 0, signal: null };

/** A daemon in the middle of its work: two sessions, and open connections. */
async function startBusy(t: TestContext) {
  const relay = await startOpenRelay(t, ['-l', HOST], { logLevel: 'info', checkExit: false });
  await setUpCall(relay.control, 'complete', { host: HOST, port: 4000 }, { host: HOST, port: 4002 });
  portIn(await relay.control.command(`U incomplete ${HOST} 4000 from`));
  const connections = [
    await StreamClient.connect(t, relay.streams.cunix),
    await StreamClient.connect(t, relay.streams.tcp),
  ];
  const send = (...signals: readonly NodeJS.Signals[]) => {
    for (const signal of signals) process.kill(relay.daemon.pid, signal);
  };
  const end = () => within(relay.daemon.exited, STOP_MS, 'end of the daemon');
  return { ...relay, connections, send, end };
}

/** The texts of the log lines about the whole daemon. */
function globalLines(log: string): string[] {
  return log
    .split('\n')
    .filter((line) => line.includes(':GLOBAL:'))
    .map((line) => line.replace(/^[A-Z]+:GLOBAL:[^:]+:\d+: /, ''));
}

describe('signals that end the daemon', { concurrency: 2 }, () => {
  for (const [signal, number] of [
    ['SIGTERM', 15],
    ['SIGINT', 2],
    ['SIGUSR1', 10],
    ['SIGUSR2', 12],
    ['SIGXCPU', 24],
    ['SIGXFSZ', 25],
    ['SIGVTALRM', 26],
    ['SIGPROF', 27],
  ] as const) {
    test(`${signal} ends the daemon at once, with 0 and nothing left behind`, async (t) => {
      const { daemon, connections, send, end } = await startBusy(t);
      assert.deepEqual(readdirSync(daemon.directory), ['lines', 'one', 'pid']);
      send(signal);
      assert.deepEqual(await end(), OK);
      assert.deepEqual(readdirSync(daemon.directory), []);
      for (const connection of connections) assert.equal(await connection.ended(), '');
      const lines = daemon.stderr().trimEnd().split('\n');
      assert.match(lines.at(-1) ?? '', /^INFO:GLOBAL:[^:]+:\d+: rtpproxy ended$/);
      assert.ok(globalLines(daemon.stderr()).includes(`rtpproxy started, pid ${daemon.pid}`));
      assert.ok(globalLines(daemon.stderr()).includes(`got signal ${number}`));
      assert.match(daemon.stderr(), /^INFO:complete:[^:]+:\d+: session on ports \d+\/\d+ is cleaned up$/m);
    });
  }
});

test('a second signal ends the process at once or comes too late, but never kills it', async (t) => {
  for (const ms of [0, 3, 6, 9, 12]) {
    const { daemon, send, end } = await startBusy(t);
    send('SIGTERM');
    await delay(ms);
    try {
      send('SIGINT');
    } catch (error) {
      // The daemon has already ended.
      assert.ok(error instanceof Error && 'code' in error && error.code === 'ESRCH', String(error));
    }
    const { code, signal } = await end();
    // Which of the two the daemon sees first is the kernel's choice.
    assert.ok(code === 0 || code === 128 + 2 || code === 128 + 15, `code ${code}, signal ${signal}`);
    assert.deepEqual(readdirSync(daemon.directory), []);
  }
});

test('SIGPIPE is ignored', async (t) => {
  const { control, send, end } = await startBusy(t);
  send('SIGPIPE');
  assert.equal(await control.command('V'), '20040107\n');
  send('SIGTERM');
  assert.deepEqual(await end(), OK);
});

test('SIGHUP drains: no new sessions, and the end with the last one', async (t) => {
  const { daemon, control, streams, send, end } = await startBusy(t);
  send('SIGHUP');
  await untilLogged(daemon, /: got SIGHUP, initiating deorbiting-burn sequence$/m);
  assert.equal(await control.command(`U new ${HOST} 4000 from`), 'E99\n');
  await untilLogged(daemon, /^INFO:[^:]+:[^:]+:\d+: proxy is in the deorbiting-burn mode, new session rejected$/m);
  // The sessions that are there go on as before.
  portIn(await control.command(`U complete ${HOST} 4000 from to`));
  portIn(await control.command(`L incomplete ${HOST} 4002 from to`));
  assert.match(await control.command('Q complete from to'), /^\d+ 0 0 0 0\n$/);
  send('SIGHUP');
  assert.equal(await control.command('D complete from to'), '0\n');
  assert.equal(await control.command('V'), '20040107\n');
  // The reply of the command that ends the last session still arrives.
  assert.equal(await unixClient(streams.unix.path).command('D incomplete from to'), '0\n');
  assert.deepEqual(await end(), OK);
  assert.deepEqual(readdirSync(daemon.directory), []);
  assert.deepEqual(globalLines(daemon.stderr()).slice(-2), [
    'deorbiting-burn sequence completed, exiting',
    'rtpproxy ended',
  ]);
});

test('SIGHUP without sessions ends the daemon at once', async (t) => {
  const { daemon } = await startOpenRelay(t, ['-l', HOST], { logLevel: 'info' });
  process.kill(daemon.pid, 'SIGHUP');
  assert.deepEqual(await within(daemon.exited, STOP_MS, 'end of the daemon'), OK);
  assert.deepEqual(readdirSync(daemon.directory), []);
  assert.deepEqual(globalLines(daemon.stderr()).slice(-3), [
    'got SIGHUP, initiating deorbiting-burn sequence',
    'deorbiting-burn sequence completed, exiting',
    'rtpproxy ended',
  ]);
});

test('a drain also ends with the time-out of the last session', async (t) => {
  const { daemon, control } = await startOpenRelay(t, ['-l', HOST, '-T', '1']);
  portIn(await control.command(`U c ${HOST} 4000 from`));
  process.kill(daemon.pid, 'SIGHUP');
  assert.deepEqual(await within(daemon.exited, 5000, 'end of the daemon'), OK);
});

test('SIGTERM ends a drain', async (t) => {
  const { daemon, control, send, end } = await startBusy(t);
  send('SIGHUP');
  await untilDraining(control);
  send('SIGTERM');
  assert.deepEqual(await end(), OK);
  assert.equal(globalLines(daemon.stderr()).includes('deorbiting-burn sequence completed, exiting'), false);
  assert.equal(globalLines(daemon.stderr()).at(-1), 'rtpproxy ended');
});

test('it can be started and stopped on the same sockets 20 times in a row', async (t) => {
  const directory = temporaryDirectory(t);
  const path = join(directory, 'control');
  // An address where nobody else takes the port between two rounds.
  const quiet = '127.0.0.88';
  const [udp, tcp] = [await freeUdpPort(quiet), await freeTcpPort(HOST)];
  const sockets = [`unix:${path}`, `udp:${quiet}:${udp}`, `tcp:${HOST}:${tcp}`].flatMap((spec) => ['-s', spec]);
  for (let round = 0; round < 20; round++) {
    const daemon = await startCommand(t, ['-f', '-F', '-p', 'pid', '-l', HOST, ...sockets], { directory });
    await until(() => pidIn(directory) === daemon.pid || daemon.exit() !== undefined, 5000, 'pid file');
    // A connection that the daemon closes stays in the kernel for a minute; it does not keep the next one from starting.
    const client = await StreamClient.connect(t, { host: HOST, port: tcp });
    client.send(`U c ${HOST} 4000 from\n`);
    portIn(await client.reply(1));
    assert.equal(await unixClient(path).command('G nsess_created'), '1\n');
    assert.deepEqual(await within(daemon.stop(), STOP_MS, 'end'), OK);
    assert.equal(daemon.stderr(), '');
    assert.deepEqual(readdirSync(directory), []);
  }
});

function pidIn(directory: string): number {
  try {
    return Number(readFileSync(join(directory, 'pid'), 'latin1'));
  } catch {
    return 0;
  }
}

test('SIGURG while modules start changes the log level, and nobody takes the daemon for ready', async (t) => {
  const directory = temporaryDirectory(t);
  const create = "create: () => new Promise((resolve) => process.once('SIGWINCH', () => resolve({ stop() {} })))";
  writeFileSync(join(directory, 'slow.mjs'), `export default { name: 'slow', id: 101, ${create} };`);
  const manager = await bindDatagrams(t, join(directory, 'manager'));
  const port = await freeUdpPort(HOST);
  const args = ['-f', '-F', '-p', 'pid', '-s', `udp:${HOST}:${port}`, '-l', HOST, '--module', './slow.mjs'];
  const env = { NOTIFY_SOCKET: join(directory, 'manager') };
  const daemon = await startCommand(t, [...args, '-d', 'info'], { directory, env });
  await until(() => daemon.stderr().includes('rtpproxy started'), 10_000, 'the start');
  let answered = false;
  const version = udpClient(HOST, port)
    .command('V')
    .then((reply) => {
      answered = true;
      return reply;
    });
  process.kill(daemon.pid, 'SIGURG');
  await until(() => daemon.stderr().includes('the log level is DBUG now'), 5000, 'the new level');
  process.kill(daemon.pid, 'SIGURG');
  await until(() => daemon.stderr().includes('the log level is INFO now'), 5000, 'the old level');
  await delay(500);
  assert.deepEqual([answered, manager.waiting], [false, []]);
  process.kill(daemon.pid, 'SIGWINCH');
  assert.equal(await version, '20040107\n');
  assert.match(await manager.next(), /^READY=1\nSTATUS=/);
  process.kill(daemon.pid, 'SIGURG');
  assert.match(await manager.next(), /^RELOADING=1\n/);
  assert.equal(await manager.next(), 'READY=1');
  assert.deepEqual(await daemon.stop(), OK);
});
