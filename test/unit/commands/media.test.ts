import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandRig } from './command-rig.ts';

/** Command on a session `c a`, its reply, and the reply when there is no such session. */
const REPLIES: readonly (readonly [string, string, string])[] = [
  ['P c prompt 0 a', 'E60\n', 'E50\n'],
  ['P-1 c prompt 0 a', 'E60\n', 'E50\n'],
  ['P0 c prompt 0 a', '0\n', 'E50\n'],
  ['S c a', '0\n', 'E50\n'],
  ['R c a', 'E50\n', 'E50\n'],
  ['N c a', 'E50\n', 'E50\n'],
  ['C c name a', 'E65\n', 'E50\n'],
  ['Cp c udp:127.0.0.1:5000 a', 'E65\n', 'E50\n'],
];

for (const [command, known, unknown] of REPLIES) {
  test(`${command} ends as a failed operation does`, () => {
    const { ask } = commandRig();
    assert.equal(ask(command), unknown);
    ask('U c 127.0.0.1 4000 a');
    assert.equal(ask(command), known);
  });
}

test('that nothing is recorded without a directory is told to the operator', () => {
  const { ask, log } = commandRig();
  log.level = 'INFO';
  ask('R c a');
  assert.deepEqual(log.take(), ['ERR:GLOBAL:record: directory for saving local recordings is not configured']);
});
