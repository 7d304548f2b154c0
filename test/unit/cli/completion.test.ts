import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { bashCompletion, COMPLETED_COMMANDS, zshCompletion } from '../../../src/cli/completion.ts';
import { OPTIONS } from '../../../src/config/options.ts';

const [rtpproxy = assert.fail(), query = assert.fail(), ctl = assert.fail()] = COMPLETED_COMMANDS;

/** What bash offers for a command line whose last word is being completed. */
function offered(command: typeof rtpproxy, ...words: readonly string[]): string[] {
  const script = `${bashCompletion(command)}
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_${command.name.replace('-', '_')}
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const run = spawnSync('bash', ['-c', script, 'bash', command.name, ...words], { encoding: 'utf8', cwd: '/' });
  assert.deepEqual([run.status, run.stderr], [0, '']);
  return run.stdout.split('\n').filter((line) => line !== '');
}

test('bash offers every option', () => {
  const names = OPTIONS.flatMap(({ short, long }) => [...(short ? [`-${short}`] : []), ...(long ? [`--${long}`] : [])]);
  assert.deepEqual(offered(rtpproxy, '-').sort(), names.sort());
  assert.deepEqual(offered(rtpproxy, '-f', '--worker-'), ['--worker-cpus']);
  assert.deepEqual(offered(query, '--h'), ['--help']);
});

test('bash offers what an argument may be', () => {
  assert.deepEqual(offered(rtpproxy, '--io', '='), ['auto', 'sockets', 'shared']);
  assert.deepEqual(offered(rtpproxy, '--io', '=', 's'), ['sockets', 'shared']);
  assert.deepEqual(offered(rtpproxy, '--latch', 'g'), ['guarded']);
  assert.deepEqual(offered(rtpproxy, '--batch-window', ''), ['auto']);
  assert.deepEqual(offered(rtpproxy, '-d', 'i'), ['info']);
  assert.deepEqual(offered(rtpproxy, '-m', ''), []);
  assert.ok(offered(rtpproxy, '-u', 'ro').includes('root'));
  assert.ok(offered(rtpproxy, '-r', '/us').includes('/usr'));
  assert.deepEqual(offered(query, '-s', 'tc'), ['tcp:', 'tcp6:']);
  assert.deepEqual(offered(query, '-s', 'st'), []);
  assert.deepEqual(offered(rtpproxy, '-s', 'st'), ['stdio:', 'stdioc:']);
  assert.deepEqual(offered(rtpproxy, '-s', 'syst'), ['systemd:']);
  assert.deepEqual(offered(rtpproxy, '-n', 'tc'), ['tcp:']);
  for (const word of ['udp', 'cunix']) assert.deepEqual(offered(rtpproxy, '-n', word), []);
});

test('bash and zsh offer the commands of rtpp-ctl', () => {
  assert.deepEqual(offered(ctl, ''), ['calls', 'show', 'explain', 'watch', 'top']);
  assert.deepEqual(offered(ctl, '-j', 'ex'), ['explain']);
  assert.deepEqual(offered(ctl, 'top', '--sort', 'm'), ['mos']);
  assert.deepEqual(offered(ctl, '--tok'), ['--token-file']);
  assert.deepEqual(offered(query, 'ca'), []);
  assert.match(zshCompletion(ctl), /^ {2}'1:command:\(calls show explain watch top\)'$/m);
});

test('zsh gets every option with its help and its argument', () => {
  const file = zshCompletion(rtpproxy);
  assert.match(file, /^#compdef rtpproxy\n/);
  for (const { short, long } of OPTIONS) {
    assert.match(file, new RegExp(`^ {2}'\\*?-${short ?? `-${long}`}(?:[+=]|=-)?\\[\\w`, 'm'));
  }
  assert.match(
    file,
    /^ {2}'--io=\[How media packets come in and go out\.\]:auto\|sockets\|shared:\(auto sockets shared\)'/m,
  );
  assert.match(file, /^ {2}'-p\+\[File for the process id; \/dev\/null for none\.\]:FILE:_files'/m);
  assert.match(file, /:LEVEL\[\\:FACILITY\]:\(dbug info warn err crit\)'/);
  assert.match(zshCompletion(query), /:SOCKET:\(unix\\: cunix\\: udp\\: /);
});

test('zsh can read both files', (t) => {
  if (spawnSync('zsh', ['--version']).error !== undefined) {
    assert.equal(process.env.CI, undefined, 'this test needs zsh');
    t.skip('zsh is missing');
    return;
  }
  for (const command of COMPLETED_COMMANDS) {
    const run = spawnSync('zsh', ['-n'], { input: zshCompletion(command), encoding: 'utf8' });
    assert.deepEqual([run.status, run.stderr], [0, '']);
  }
});

test('the package has the files, as they are now', () => {
  const read = (path: string) => readFileSync(new URL(`../../../dist/completion/${path}`, import.meta.url), 'utf8');
  for (const command of COMPLETED_COMMANDS) {
    assert.equal(read(`bash/${command.name}`), bashCompletion(command));
    assert.equal(read(`zsh/_${command.name}`), zshCompletion(command));
  }
});
