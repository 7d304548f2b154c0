import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandRig } from './command-rig.ts';

test('X ends every session, whatever its flags', () => {
  const { ask, sessions, counters } = commandRig();
  ask('U c 127.0.0.1 4000 a');
  ask('Uw c 127.0.0.1 4000 b');
  ask('U d 127.0.0.1 4000 a');
  assert.equal(ask('X'), '0\n');
  assert.equal(sessions.registry.size, 0);
  assert.equal(counters.get('nsess_destroyed'), 3);
  assert.equal(counters.get('nsess_timeout'), 0);
  assert.equal(ask('X'), '0\n');
  assert.equal(ask('X y'), 'E1\n');
  assert.equal(ask('Xx'), 'E2\n');
});
