import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startRecorder } from './support/recorded-call.ts';
import { HOST } from './support/relay.ts';

test('no Call-ID, tag or name makes a file outside the directory of recordings', async (t) => {
  const { control, directory } = await startRecorder(t, ['-R']);
  const top = join(directory, '..');
  writeFileSync(join(top, 'precious.rtp'), 'precious');
  const calls = [
    ['../x', 'a'],
    ['x', '../a'],
    ['/tmp/x', '/a'],
    ['..', '..'],
    ['a/b', 'c\x0bd'],
    ['Gr\xc3\xbc\xc3\x9fe', 'a'],
  ] as const;
  for (const [callId, tag] of calls) {
    await control.command(`U ${callId} ${HOST} 4000 ${tag}`);
    assert.equal(await control.command(`R ${callId} ${tag} b`), '0\n', callId);
  }
  // A command ends at a NUL, so none comes this far.
  assert.equal(await control.command('R x\0/../../y a b'), 'E5\n');
  const names = ['..%2Fx=a', '..=..', '%2Ftmp%2Fx=%2Fa', 'Grüße=a', 'a%2Fb=c%0Bd', 'x=..%2Fa'];
  assert.deepEqual(readdirSync(directory).sort(), names.map((name) => `${name}.o.rtp`).sort());

  mkdirSync(join(directory, 'sub'));
  symlinkSync('..', join(directory, 'up'));
  symlinkSync('../precious.rtp', join(directory, 'link.rtp'));
  await control.command(`U c ${HOST} 4000 a`);
  for (const name of ['../precious', 'sub/../../precious', 'up/precious', 'link', 'none/f']) {
    assert.equal(await control.command(`C c ${name} a b`), 'E65\n', name);
  }
  // Not a path of the machine: it begins at the directory of recordings, as in the C daemon.
  assert.equal(await control.command('C c /sub/f a b'), '0\n');
  assert.deepEqual(readdirSync(join(directory, 'sub')), ['f.rtp']);
  assert.deepEqual(readdirSync(top).sort(), ['precious.rtp', 'rec']);
});

test('a name that is too long is refused', async (t) => {
  const { control, daemon, directory } = await startRecorder(t);
  const callId = 'L'.repeat(300);
  await control.command(`U ${callId} ${HOST} 4000 a`);
  assert.equal(await control.command(`R ${callId} a b`), 'E50\n');
  assert.equal(await control.command(`C ${callId} ${callId} a b`), 'E65\n');
  assert.match(daemon.stderr(), /that cannot be the name of a file/);
  assert.deepEqual(readdirSync(directory), []);
});

// What the C daemon calls the files of each kind of recording (media.md 6.3). In every session the tags are `ftag` and
// `ttag`, with medium 1 in the second: the names do not show it.
const NAMES: readonly (readonly [args: readonly string[], command: string, files: readonly string[]])[] = [
  [[], 'R c ftag ttag', ['c=ftag.o.rtcp', 'c=ftag.o.rtp']],
  [[], 'R c ftag', ['c=ftag.o.rtcp', 'c=ftag.o.rtp']],
  [[], 'R c ttag ftag', ['c=ftag.a.rtcp', 'c=ftag.a.rtp']],
  [[], 'Rs c ftag ttag', ['c=ftag.o.rtcp', 'c=ftag.o.rtp']],
  [[], 'C c name ftag ttag', ['name.rtcp', 'name.rtp']],
  [[], 'C c name ttag ftag', ['name.rtcp', 'name.rtp']],
  [[], 'Cs c name ftag ttag', ['name.rtcp', 'name.rtp']],
  [['-R'], 'R c ftag ttag', ['c=ftag.o.rtp']],
  [['-R'], 'C c name.x ttag ftag', ['name.x.rtp']],
  [['-P'], 'R c ftag ttag', ['c=ftag.o.rtcp', 'c=ftag.o.rtp']],
  [['-P'], 'R c ttag ftag', ['c=ftag.a.rtcp', 'c=ftag.a.rtp']],
  [['-P'], 'Rs c ftag ttag', ['c=ftag.pcap']],
  [['-P'], 'Rs c ttag ftag', ['c=ftag.pcap']],
  [['-P'], 'C c name ftag ttag', ['name.rtcp', 'name.rtp']],
  [['-P'], 'Cs c name.pcap ttag ftag', ['name.pcap']],
  [['-P', '-R'], 'Rs c ftag ttag', ['c=ftag.pcap']],
  [['-a'], '', ['c=ftag.a.rtcp', 'c=ftag.a.rtp', 'c=ftag.o.rtcp', 'c=ftag.o.rtp']],
  [['-a', '-R'], '', ['c=ftag.a.rtp', 'c=ftag.o.rtp']],
  [['-a', '-P'], '', ['c=ftag.pcap']],
];

for (const args of new Set(NAMES.map(([args]) => args.join(' ')))) {
  const cases = NAMES.filter(([its]) => its.join(' ') === args);
  test(`names of recordings${args === '' ? '' : ` with ${args}`}`, async (t) => {
    const { control, directory } = await startRecorder(t, args === '' ? [] : args.split(' '));
    for (const [, command, files] of cases) {
      for (const medium of ['', ';1']) {
        const withMedium = command.replaceAll('tag', `tag${medium}`);
        await control.command(`U c ${HOST} 4000 ftag${medium}`);
        await control.command(`L c ${HOST} 4002 ftag${medium} ttag${medium}`);
        if (command !== '') assert.equal(await control.command(withMedium), '0\n', withMedium);
        assert.deepEqual(readdirSync(directory).sort(), files, withMedium);
        assert.equal(await control.command(`D c ftag${medium} ttag${medium}`), '0\n');
        for (const file of files) rmSync(join(directory, file));
      }
    }
  });
}
