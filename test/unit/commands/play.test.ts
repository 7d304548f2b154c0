import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandRig } from './command-rig.ts';

test('P without a prompt file is refused, P0 and S only stop', async () => {
  const { ask, askLater } = commandRig();
  for (const command of ['P c prompt 0 a', 'P-1 c prompt 0 a', 'P0 c prompt 0 a', 'S c a']) {
    assert.equal(ask(command), 'E50\n', command);
  }
  ask('U c 127.0.0.1 4000 a');
  assert.equal(await askLater('P c prompt 0 a'), 'E60\n');
  assert.equal(await askLater('P-1 c prompt 0 a'), 'E60\n');
  assert.equal(ask('P0 c prompt 0 a'), '0\n');
  assert.equal(ask('S c a'), '0\n');
});
