import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { buildConfig, type Config } from '../../../src/config/config.ts';
import { newDraft } from '../../../src/config/config-draft.ts';
import { ConfigError } from '../../../src/config/config-error.ts';
import { Control } from '../../../src/daemon/control.ts';
import { temporaryDirectory } from '../../helpers/cleanup.ts';
import { unixClient } from '../../helpers/control-client.ts';
import { freeTcpPort } from '../../helpers/tcp-port.ts';
import { freeUdpPort } from '../../helpers/udp-port.ts';
import { Recorder, StreamClient, UdpClient, until } from '../control/support.ts';
import { LogBook } from '../session/log-book.ts';

function configFor(...controls: readonly string[]): Promise<Config> {
  const environment = { uid: 1000, processors: 1, warn: (line: string) => assert.fail(line) };
  return buildConfig({ ...newDraft(), foreground: true, controls: [...controls] }, environment);
}

interface Opened {
  readonly control: Control;
  readonly recorder: Recorder;
  readonly log: LogBook;
}

async function open(t: TestContext, ...controls: readonly string[]): Promise<Opened> {
  const log = new LogBook();
  const recorder = new Recorder();
  const control = new Control();
  await control.open(await configFor(...controls), recorder.handler, () => assert.fail('input ended'), { logger: log });
  t.after(() => control.close());
  return { control, recorder, log };
}

/** The message of the ConfigError that opening these ends with. */
async function refusal(...controls: readonly string[]): Promise<string> {
  const handler = new Recorder().handler;
  try {
    const control = new Control();
    await control.open(await configFor(...controls), handler, () => {}, { logger: new LogBook() });
    await control.close();
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.message;
  }
  return 'opened';
}

test('every control socket leads to the handler', async (t) => {
  const udp = await freeUdpPort('127.0.0.1');
  const unix = path.join(temporaryDirectory(t), 'control');
  const { control, recorder } = await open(t, `udp:127.0.0.1:${udp}`, `unix:${unix}`);
  recorder.reply = () => 'done\n';
  const client = await UdpClient.open(t, udp);
  assert.equal(await client.ask('c1 V'), 'c1 done\n');
  assert.equal(await unixClient(unix).command('I\n'), 'done\n');
  assert.deepEqual(
    recorder.commands.map((command) => command.trim()),
    ['V', 'I'],
  );
  assert.deepEqual(
    recorder.peers.map(({ transport }) => transport),
    ['udp', 'unix'],
  );
  assert.equal(control.duplicates, 0);
});

test('repeated datagrams are answered from one cache, and counted', async (t) => {
  const ports = [await freeUdpPort('127.0.0.1'), await freeUdpPort('127.0.0.2')] as const;
  const { control, recorder } = await open(t, `udp:127.0.0.1:${ports[0]}`, `udp:127.0.0.2:${ports[1]}`);
  const first = await UdpClient.open(t, ports[0]);
  const reply = await first.ask('cookie V');
  assert.equal(await first.ask('cookie V'), reply);
  assert.equal(recorder.commands.length, 1);
  assert.equal(control.duplicates, 1);
});

test('close frees ports and paths, and may be called twice', async (t) => {
  const udp = await freeUdpPort('127.0.0.1');
  const unix = path.join(temporaryDirectory(t), 'control');
  const { control } = await open(t, `udp:127.0.0.1:${udp}`, `unix:${unix}`);
  assert.ok(existsSync(unix));
  await control.close();
  await control.close();
  assert.ok(!existsSync(unix));
  assert.equal(await refusal(`udp:127.0.0.1:${udp}`), 'opened');
});

test('when one cannot be opened all are closed again', async (t) => {
  const [free, taken] = [await freeUdpPort('127.0.0.1'), await freeUdpPort('127.0.0.1')];
  await open(t, `udp:127.0.0.1:${taken}`);
  const unix = path.join(temporaryDirectory(t), 'control');
  const message = await refusal(`unix:${unix}`, `udp:127.0.0.1:${free}`, `udp:127.0.0.1:${taken}`);
  assert.deepEqual(message.split('\nrtpproxy: '), [
    `can't bind to a socket: udp:127.0.0.1:${taken}: Address already in use`,
    "can't initialize control sockets: Address already in use",
  ]);
  assert.ok(!existsSync(unix));
  assert.equal(await refusal(`udp:127.0.0.1:${free}`), 'opened');
});

test('a socket of systemd that no -s names is a line, as nobody replies there', async (t) => {
  const controls = [`unix:${path.join(temporaryDirectory(t), 'control')}`];
  for (const [count, expected] of [
    [1, 1],
    [0, 0],
  ] as const) {
    const log = new LogBook();
    const control = new Control();
    const options = { logger: log, activation: { fd: 3, count } };
    await control.open(await configFor(...controls), new Recorder().handler, () => {}, options);
    await control.close();
    const lines = log.lines.filter((line) => /WARN.*nobody serves the socket that systemd has passed/.test(line));
    assert.equal(lines.length, expected, log.lines.join('\n'));
  }
});

test('an argument that is none is refused before anything is opened', async (t) => {
  const unix = path.join(temporaryDirectory(t), 'control');
  assert.match(await refusal(`unix:${unix}`, 'udp:127.0.0.1:port'), /can't initialize control sockets: /);
  assert.ok(!existsSync(unix));
  assert.equal(await refusal('systemd:'), "can't initialize control socket: No such file or directory");
});

/** What a daemon with these control sockets says when its standard input ends. */
const INPUT_ENDS: readonly (readonly [readonly string[], string])[] = [
  [['stdio:'], 'V\nended\n'],
  [['stdioc:'], 'V\nended\n'],
  [['stdio:', 'udp:127.0.0.1:PORT'], 'V\n'],
  [['stdioc:', 'udp:127.0.0.1:PORT'], 'V\nended\n'],
  [['stdio:', 'unix:PATH'], 'V\nended\n'],
];

for (const [controls, expected] of INPUT_ENDS) {
  test(`the end of the input of ${controls.join(' ')}`, async (t) => {
    const port = await freeUdpPort('127.0.0.1');
    const folder = temporaryDirectory(t);
    const specs = controls.map((text) => text.replace('PORT', String(port)).replace('PATH', path.join(folder, 'c')));
    const script = new URL('control-on-stdio.ts', import.meta.url).pathname;
    const child = spawn(process.execPath, ['--import', 'tsx', script, ...specs], {
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: 20_000,
    });
    child.stdin.end('V\n');
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    assert.equal(stderr, '');
    assert.equal(stdout, expected);
  });
}

test('idle connections keep nobody out, neither at their own socket nor at others', async (t) => {
  const directory = temporaryDirectory(t);
  const paths = ['one', 'other'].map((name) => path.join(directory, name));
  const { log } = await open(t, ...paths.map((name) => `cunix:${name}`));
  const [crowded = '', quiet = ''] = paths;
  const early = await StreamClient.connect(t, { path: quiet });
  for (let count = 0; count < 110; count++) await StreamClient.connect(t, { path: crowded });
  for (const name of paths) {
    const client = await StreamClient.connect(t, { path: name });
    client.send('V\n');
    await client.received(2);
  }
  early.send('V\n');
  await early.received(2);
  await until(() => log.lines.length === 2, 'warnings');
  assert.match(log.lines[0] ?? '', /WARN.*cunix:.*one: more than 99 connections; .* closed, 1 so far/);
  assert.match(log.lines[1] ?? '', /closed, 10 so far/);
});

test('a request of a web browser is not executed', async (t) => {
  const port = await freeTcpPort('127.0.0.1');
  const { recorder, log } = await open(t, `tcp:127.0.0.1:${port}`);
  const client = await StreamClient.connect(t, { port, host: '127.0.0.1' });
  client.send('POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4\r\n\r\nX\r\n');
  assert.equal(await client.ended(), '');
  assert.deepEqual(recorder.commands, []);
  assert.match(log.lines.join(), /WARN.*an HTTP request from 127\.0\.0\.1 was refused/);
});
