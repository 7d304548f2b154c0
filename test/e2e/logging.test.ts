import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startProcess } from '../helpers/child-process.ts';
import { temporaryDirectory } from '../helpers/cleanup.ts';
import { until } from '../helpers/deadline.ts';
import { canUnshare, runInNamespace } from '../helpers/namespace.ts';
import { noTerminal, onTerminal } from '../helpers/terminal.ts';
import { BUILT } from './support/process.ts';
import { HOST, portIn, startRelay, untilLogged } from './support/relay.ts';

// Log lines of the running daemon (cli.md 9).

/** Puts a /dev of its own in place, in which anybody may bind /dev/log. */
const OWN_DEV = [
  'dev=$(mktemp -d)',
  'mount -t tmpfs none "$dev"',
  'for name in null zero random urandom full; do touch "$dev/$name"; mount --bind "/dev/$name" "$dev/$name"; done',
  'mount --move "$dev" /dev',
  'rmdir "$dev"',
];

test('in the background lines go to syslog', { skip: canUnshare() ? false : 'no namespaces' }, async () => {
  const script = fileURLToPath(new URL('support/syslog.ts', import.meta.url));
  await runInNamespace(OWN_DEV, script, []);
});

test('where stderr is the journal, --log-format=json gives it fields', {
  skip: canUnshare() ? false : 'no namespaces',
}, async () => {
  const script = fileURLToPath(new URL('support/journal.ts', import.meta.url));
  await runInNamespace(['mount -t tmpfs none /run'], script, []);
});

test('--log-format=json writes one object per line', async (t) => {
  const { daemon, control } = await startRelay(t, ['-l', HOST, '--log-format=json'], { logLevel: 'info' });
  portIn(await control.command(`U caf\xe9 ${HOST} 4000 from`));
  await untilLogged(daemon, /new session on IPv4/);
  const lines = daemon
    .stderr()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.ok(lines.some(({ text }) => text === `rtpproxy started, pid ${daemon.pid}`));
  assert.deepEqual(Object.keys(lines[0]), ['time', 'level', 'topic', 'text']);
  assert.ok(lines.some(({ callId, level }) => callId === 'caf\xe9' && level === 'INFO'));
});

test('SIGURG switches to all lines and back, latching included', async (t) => {
  const { daemon, control } = await startRelay(t);
  assert.equal(await control.command('V'), '20040107\n');
  assert.equal(daemon.stderr(), '');
  process.kill(daemon.pid, 'SIGURG');
  await untilLogged(daemon, /^WARN:GLOBAL:reload:0: the log level is DBUG now$/m);
  portIn(await control.command(`U c ${HOST} 4000 from`));
  await untilLogged(daemon, /^DBUG:GLOBAL:command:0: received command " ?U c /m);
  await untilLogged(daemon, /^INFO:c:media:0: pre-filling caller's RTP address with 127\.0\.0\.1:4000$/m);
  process.kill(daemon.pid, 'SIGURG');
  await untilLogged(daemon, /^WARN:GLOBAL:reload:0: the log level is ERR now$/m);
  const before = daemon.stderr();
  assert.equal(await control.command('V'), '20040107\n');
  portIn(await control.command(`U d ${HOST} 4000 from`));
  assert.equal(daemon.stderr(), before);
});

test('a flood of refused commands is some lines and their number', async (t) => {
  const { daemon, control } = await startRelay(t, ['-l', '192.0.2.1'], { logLevel: 'err' });
  const flood = 300;
  for (let i = 0; i < flood; i += 1) assert.equal(await control.command(`U call-${i} ${HOST} 4000 from`), 'E72\n');
  await untilLogged(daemon, /^ERR:GLOBAL:sessions:0: \d+ more lines were suppressed$/m);
  const lines = daemon
    .stderr()
    .split('\n')
    .filter((line) => line.includes(':sessions:0: '));
  const reported = lines.flatMap((line) => /: (\d+) more lines were suppressed$/.exec(line)?.[1] ?? []).map(Number);
  const written = lines.length - reported.length;
  assert.ok(written >= 100 && written < 150, `${written} lines`);
  await daemon.stop();
  const all = [...daemon.stderr().matchAll(/: (\d+) more lines were suppressed$/gm)].map((match) => Number(match[1]));
  const full = daemon
    .stderr()
    .split('\n')
    .filter((line) => /^ERR:call-/.test(line)).length;
  assert.equal(full + all.reduce((sum, count) => sum + count, 0), flood);
});

test('at a terminal the start says what listens, at the default level too', { skip: noTerminal }, async (t) => {
  const directory = temporaryDirectory(t);
  const daemon = [process.execPath, BUILT, ...'-f -F -p pid -s unix:control -l'.split(' '), HOST];
  const terminal = await startProcess(t, onTerminal(daemon, 'typed'), { cwd: directory });
  const typed = () => (existsSync(join(directory, 'typed')) ? readFileSync(join(directory, 'typed'), 'latin1') : '');
  await until(() => / listens: .*\r\n/.test(typed()) || terminal.exit() !== undefined, 5000, 'start line');
  assert.match(
    typed(),
    /^rtpproxy \d\S* listens: control unix:control; media 127\.0\.0\.1, ports 35000-64999, backend/m,
  );
  process.kill(Number(readFileSync(join(directory, 'pid'), 'latin1')), 'SIGTERM');
  await until(() => terminal.exit() !== undefined, 5000, 'end');
});

test('elsewhere the start says nothing at the default level', async (t) => {
  const { daemon } = await startRelay(t, ['-l', HOST]);
  assert.equal(daemon.stderr(), '');
});
