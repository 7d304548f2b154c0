import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandRig } from './command-rig.ts';

test('R without a recording directory is refused and told to the operator', async () => {
  const { ask, askLater, log } = commandRig();
  assert.equal(await askLater('R c a'), 'E50\n');
  ask('U c 127.0.0.1 4000 a');
  log.level = 'ERR';
  log.take();
  assert.equal(await askLater('R c a'), 'E50\n');
  assert.deepEqual(log.take(), ['ERR:c:recorder: directory for saving local recordings is not configured']);
});

test('N stops nothing where nothing is recorded', () => {
  const { ask } = commandRig();
  assert.equal(ask('N c a'), 'E50\n');
  ask('U c 127.0.0.1 4000 a');
  assert.equal(ask('N c a'), 'E50\n');
  assert.equal(ask('Na c a'), 'E50\n');
});
