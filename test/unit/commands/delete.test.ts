import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandRig } from './command-rig.ts';

/** Commands by their verb and tags, and how many sessions there are after each (the table of protocol.md 8.3). */
const SEQUENCES: readonly (readonly (readonly [string, number])[])[] = [
  [
    ['U a', 1],
    ['D a', 0],
  ],
  [
    ['U a', 1],
    ['Dw a', 1],
    ['D a', 0],
  ],
  [
    ['Uw a', 1],
    ['D a', 1],
    ['Dw a', 1],
    ['Dw b a', 0],
  ],
  [
    ['Uw a', 1],
    ['Lw a b', 1],
    ['Dw b a', 1],
    ['Dw a b', 0],
  ],
  [
    ['U a', 1],
    ['Uw a', 1],
    ['D a', 1],
    ['Dw b a', 0],
  ],
  [
    ['U a', 1],
    ['Uw b a', 1],
    ['D a b', 1],
    ['Dw a b', 0],
  ],
  // An exact tag ends the command, `tag;medium` does not.
  [
    ['U a;1', 1],
    ['U a', 2],
    ['U a;2', 3],
    ['D a', 1],
    ['D a', 0],
  ],
  [
    ['U a;1', 1],
    ['U a;2', 2],
    ['U a;3', 3],
    ['D a;2', 2],
    ['D x a', 0],
  ],
];

for (const sequence of SEQUENCES) {
  test(sequence.map(([command]) => command).join(', '), () => {
    const { ask, sessions } = commandRig();
    for (const [text, left] of sequence) {
      const [verb = '', ...tags] = text.split(' ');
      const media = /^[UL]/.test(verb) ? '127.0.0.1 4000 ' : '';
      assert.notEqual(ask(`${verb} call ${media}${tags.join(' ')}`), 'E50\n', text);
      assert.equal(sessions.registry.size, left, `sessions after ${text}`);
    }
  });
}

test('a session that nobody has is not found', () => {
  const { ask } = commandRig();
  assert.equal(ask('D call a'), 'E50\n');
  ask('U call 127.0.0.1 4000 a');
  assert.equal(ask('D other a'), 'E50\n');
  assert.equal(ask('D call b'), 'E50\n');
  assert.equal(ask('Dx call a'), 'E8\n');
  assert.equal(ask('D call a'), '0\n');
  assert.equal(ask('D call a'), 'E50\n');
});

test('what a delete does is logged', () => {
  const { ask, log } = commandRig();
  ask('Uw call 127.0.0.1 4000 a;3');
  ask('L call 127.0.0.1 4002 a;3 b');
  log.level = 'INFO';
  log.take();
  ask('D call a');
  ask('Dw call b a');
  assert.deepEqual(log.take(), [
    'INFO:call:delete: delete: medianum=3: removing strong flag, seeing flags to continue session (strong=0, weak=1/0)',
    'INFO:call:delete: forcefully deleting session 3 on ports 41000/41002',
  ]);
});

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
