import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryDirectory } from '../helpers/cleanup.ts';
import { unixClient } from '../helpers/control-client.ts';
import { until } from '../helpers/deadline.ts';
import { inParallel, runCommand, startCommand } from './support/process.ts';
import { HOST, portIn, untilLogged } from './support/relay.ts';

// --config and --check (cli.md 6), and what a changed file does to a running daemon.

const BUILT = fileURLToPath(new URL('../../dist/cli/rtpproxy.cjs', import.meta.url));

test('a daemon runs from its configuration file alone, and reads it again', async (t) => {
  const directory = temporaryDirectory(t);
  const file = join(directory, 'rtpproxy.conf');
  const write = (more: string) =>
    writeFileSync(
      file,
      `foreground = true; superuser_ok = true
       listen = ${HOST}   # media
       control = unix:${directory}/control
       pid_file = ${directory}/pid
       ${more}`,
    );
  write('ttl = 30');
  const daemon = await startCommand(t, ['--config', 'rtpproxy.conf'], { directory });
  await until(() => readdirSync(directory).includes('pid') || daemon.exit() !== undefined, 5000, 'start');
  const control = unixClient(join(directory, 'control'));
  portIn(await control.command(`U one ${HOST} 4000 from`));
  portIn(await control.command(`L one ${HOST} 4002 from to`));
  assert.match(await control.command('Q one from to'), /^(29|30) /);

  write('ttl = 300\nsetup_ttl = 300\nlog_level = info\nnotify = unix:/x\nport_min = 40000');
  process.kill(daemon.pid, 'SIGURG');
  const running = { ...daemon, directory };
  await untilLogged(running, /^INFO:GLOBAL:reload:0: read \S+rtpproxy\.conf again$/m);
  assert.match(daemon.stderr(), /^ERR:GLOBAL:reload:0: a change of port_min needs a restart$/m);
  portIn(await control.command(`U two ${HOST} 4000 from;1 unix:/x tag`));
  portIn(await control.command(`L two ${HOST} 4002 from;1 to;1`));
  assert.match(await control.command('Q two from;1 to;1'), /^(299|300) /);

  write('ttl = never');
  process.kill(daemon.pid, 'SIGURG');
  await untilLogged(running, /: nothing was changed: \S+rtpproxy\.conf:5: never: max TTL argument is invalid$/m);
  assert.match(await control.command('Q two from;1 to;1'), /^(29[5-9]|300) /);
  assert.deepEqual(await daemon.stop(), { code: 0, signal: null });
});

test('errors of the file end the start, with file and line', async (t) => {
  const directory = temporaryDirectory(t);
  const table: readonly (readonly [string, string, string])[] = [
    ['unknown', '\nport-range = 1', 'unknown:2: unknown key "port-range"'],
    ['value', 'tos = 256', 'value:1: 256: TOS is too small/large'],
    ['syntax', 'a {', 'syntax:1: section is not closed'],
    ['module', 'modules { acct_csv = x }', 'module:1: "acct_csv" is a section\nrtpproxy: parse_modules() failed'],
    ['empty', '', 'empty:1: the file is empty'],
  ];
  await inParallel(table, async ([name, text, message]) => {
    writeFileSync(join(directory, name), text);
    const { code, stderr } = await runCommand(t, ['-f', '-F', '--config', name], { directory });
    assert.deepEqual([code, stderr], [1, `rtpproxy: ${directory}/${message}\nrtpproxy: rtpp_cfile_process() failed\n`]);
  });
  // Checks of several options come last, as for a command line.
  writeFileSync(join(directory, 'both'), 'spool_dir = x');
  const { stderr } = await runCommand(t, ['-f', '-F', '--config', 'both'], { directory });
  assert.equal(stderr, 'rtpproxy: -S switch requires -r switch\n');
});

test('--check prints a file that has the same effect, and opens nothing', async (t) => {
  const directory = temporaryDirectory(t);
  const run = (...args: readonly string[]) =>
    execFileSync(process.execPath, [BUILT, ...args], { cwd: directory, encoding: 'utf8' });
  const args = ['-F', '-s', 'unix:control', '-p', 'pid', '-l', `${HOST}=192.0.2.1`, '-m', '5001', '-T', '9', '--check'];
  const shown = run(...args);
  assert.match(shown, /^listen = "127\.0\.0\.1=192\.0\.2\.1"$/m);
  assert.match(shown, /^port_min = 5002\nport_max = 64999\n/m);
  assert.match(shown, /^setup_ttl = 9$/m);
  assert.deepEqual(readdirSync(directory), []);
  writeFileSync(join(directory, 'effective'), shown);
  assert.equal(run('--config', 'effective', '--check'), shown);
  assert.equal(readFileSync(join(directory, 'effective'), 'utf8'), shown);
  const faulty = await runCommand(t, [...args, '-r', 'missing', '-l', 'far@192.0.2.1'], { directory });
  assert.equal(faulty.code, 0);
  assert.match(
    faulty.stderr,
    /^rtpproxy: listen address 192\.0\.2\.1 .*\nrtpproxy: -r: nothing can be recorded in missing: No such file or directory \(2\)\n$/,
  );
  const failed = await runCommand(t, ['--check', '-S', 'x'], { directory });
  assert.deepEqual([failed.code, failed.stderr], [1, 'rtpproxy: -S switch requires -r switch\n']);
});
