import assert from 'node:assert/strict';
import { lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryDirectory } from '../helpers/cleanup.ts';
import { unixClient } from '../helpers/control-client.ts';
import { until } from '../helpers/deadline.ts';
import { startOpenRelay } from './support/control-sockets.ts';
import { inParallel, processesOf, runCommand, SUPERUSER, startCommand } from './support/process.ts';
import { HOST } from './support/relay.ts';

// Control sockets that cannot be opened (cli.md 4).

const NO_NAME = 'Name or service not known';
const BUSY = 'Address already in use';

/** The lines about a socket that cannot be opened: the reason, then always the same last one. */
function complaint(lines: readonly string[], reason: string, plural = ''): string {
  return [...lines, `can't initialize control socket${plural}: ${reason}`]
    .map((line) => `rtpproxy: ${line}\n`)
    .join('');
}

function socketArguments(specs: readonly string[]): string[] {
  return ['-F', '-p', 'pid', '-l', HOST, ...specs.flatMap((spec) => ['-s', spec])];
}

test('a busy control socket is named, and its owner goes on', async (t) => {
  const { control, controlAt, streams } = await startOpenRelay(t);
  const udp = `udp:${HOST}:${controlAt.port}`;
  const specs = [udp, `tcp:${HOST}:${streams.tcp.port}`, streams.unix.path, `cunix:${streams.cunix.path}`];
  await inParallel(specs, async (spec) => {
    for (const mode of [['-f'], []]) {
      const directory = temporaryDirectory(t);
      const { code, stderr } = await runCommand(t, [...mode, ...socketArguments([spec])], { directory });
      assert.equal(code, 1);
      assert.equal(stderr, complaint([`can't bind to a socket: ${spec}: ${BUSY}`], BUSY));
      assert.deepEqual(readdirSync(directory), []);
      assert.deepEqual(processesOf(directory), []);
    }
  });
  assert.equal(await control.command('V'), '20040107\n');
  assert.equal(await unixClient(streams.unix.path).command('V'), '20040107\n');
});

test('sockets that were open already are removed again', async (t) => {
  const { controlAt } = await startOpenRelay(t);
  const directory = temporaryDirectory(t);
  const busy = `udp:${HOST}:${controlAt.port}`;
  const args = socketArguments(['unix:one', 'cunix:two', busy, 'three']);
  const { code, stderr } = await runCommand(t, ['-f', ...args], { directory });
  assert.equal(code, 1);
  assert.equal(stderr, complaint([`can't bind to a socket: ${busy}: ${BUSY}`], BUSY, 's'));
  assert.deepEqual(readdirSync(directory), []);
});

test('what is no socket stays at its path', async (t) => {
  const directory = temporaryDirectory(t);
  const at = (name: string) => join(directory, name);
  writeFileSync(at('file'), 'precious');
  mkdirSync(at('folder'));
  symlinkSync('file', at('link'));
  symlinkSync('nowhere', at('dangling'));
  const before = readdirSync(directory);
  await inParallel(['file', 'unix:file', 'cunix:file', 'folder', 'link', 'dangling'], async (spec) => {
    const { code, stderr } = await runCommand(t, ['-f', ...socketArguments([spec])], { directory });
    assert.equal(code, 1);
    assert.equal(stderr, complaint([`can't bind to a socket: ${spec}: ${BUSY}`], BUSY));
    assert.deepEqual(readdirSync(directory), before);
  });
  assert.equal(readFileSync(at('file'), 'latin1'), 'precious');
  assert.ok(lstatSync(at('link')).isSymbolicLink());
});

test('a socket that a killed daemon left behind is taken over', async (t) => {
  const directory = temporaryDirectory(t);
  const path = join(directory, 'control');
  const args = ['-f', ...socketArguments([`unix:${path}`])];
  const killed = await startCommand(t, args, { directory });
  await until(() => readdirSync(directory).includes('pid'), 5000, 'pid file');
  process.kill(killed.pid, 'SIGKILL');
  await killed.exited;
  assert.deepEqual(readdirSync(directory), ['control', 'pid']);
  const next = await startCommand(t, args, { directory });
  await until(() => readFileSync(join(directory, 'pid'), 'latin1') === `${next.pid}\n`, 5000, 'new pid file');
  assert.equal(await unixClient(path).command('V'), '20040107\n');
  assert.deepEqual(await next.stop(), { code: 0, signal: null });
  assert.deepEqual(readdirSync(directory), []);
});

test('a path that cannot be used is named', async (t) => {
  const directory = temporaryDirectory(t);
  writeFileSync(join(directory, 'file'), '');
  const long = join(directory, 'x'.repeat(108));
  const table: readonly (readonly [string, string, string])[] = [
    [`unix:${long}`, `socket name is too long: ${long}`, 'File name too long'],
    [
      'cunix:missing/control',
      "can't bind to a socket: cunix:missing/control: No such file or directory",
      'No such file or directory',
    ],
    ['file/control', "can't bind to a socket: file/control: Not a directory", 'Not a directory'],
    ['unix:', 'socket name is empty: unix:', 'Invalid argument'],
  ];
  await inParallel(table, async ([spec, line, reason]) => {
    const { code, stderr } = await runCommand(t, ['-f', ...socketArguments([spec])], { directory });
    assert.deepEqual([code, stderr], [1, complaint([line], reason)]);
  });
  if (!SUPERUSER) {
    const { code, stderr } = await runCommand(t, ['-f', ...socketArguments(['/proc/control'])], { directory });
    assert.deepEqual([code, stderr.split('\n').length], [1, 3]);
  }
  assert.deepEqual(readdirSync(directory), ['file']);
});

test('a host or port that cannot be used is named', async (t) => {
  const directory = temporaryDirectory(t);
  const table: readonly (readonly [string, string])[] = [
    [`udp:${HOST}:99999`, `${HOST} 99999`],
    [`udp:${HOST}:x`, `${HOST} x`],
    [`tcp:${HOST}:-1`, `${HOST} -1`],
    ['udp::5000', ' 5000'],
    ['udp:300.1.1.1:5000', '300.1.1.1 5000'],
    ['udp:::1:5000', '::1 5000'],
    ['udp6:::1', ': 1'],
    ['udp6:[::1]:5000', '[::1] 5000'],
    [`tcp6:${HOST}:5000`, `${HOST} 5000`],
  ];
  const run = async (spec: string, named: string, more: readonly string[] = []) => {
    const args = ['-f', ...socketArguments([spec]), ...more];
    const { code, stderr } = await runCommand(t, args, { directory });
    const lines = [`setbindhost: ${NO_NAME} for ${named}`, 'setbindhost failed'];
    assert.deepEqual([code, stderr], [1, complaint(lines, NO_NAME)], spec);
  };
  await inParallel(table, ([spec, named]) => run(spec, named));
  await run('tcp:localhost:5000', 'localhost 5000', ['--no_resolve']);
  assert.deepEqual(readdirSync(directory), []);
});

test('an address of another host cannot be bound', async (t) => {
  const spec = 'udp:192.0.2.1:5000';
  const { code, stderr } = await runCommand(t, ['-f', ...socketArguments([spec])]);
  const reason = 'Cannot assign requested address';
  assert.deepEqual([code, stderr], [1, complaint([`can't bind to a socket: ${spec}: ${reason}`], reason)]);
});
