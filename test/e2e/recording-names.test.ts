import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
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
