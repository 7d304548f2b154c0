import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandRig } from './command-rig.ts';

const U = 'U c 127.0.0.1 4000 a';

/** Commands on a fresh daemon, with their replies (the examples of protocol.md 7). */
const CHAINS: readonly (readonly (readonly [string, string])[])[] = [
  [[`${U} && D`, '41000 127.0.0.1\n']],
  [[`${U} && D && D && D`, '41000 127.0.0.1 && 0 && -1\n']],
  [[`${U} b && L 127.0.0.1 4002`, '41000 127.0.0.1 && 41002 127.0.0.1\n']],
  [[`${U} b && S ttl=40 && L 127.0.0.1 4002 && Sr ttl=41`, '41000 127.0.0.1 && 0 && 41002 127.0.0.1\n']],
  [
    [`${U} b && L 127.0.0.1 4002`, '41000 127.0.0.1 && 41002 127.0.0.1\n'],
    ['Q c a && D && D', '60 0 0 0 0 && 0 && -1\n'],
  ],
  [[`${U} b && C nope a b`, '41000 127.0.0.1 && -1\n']],
  [[`${U} && C 40 a b`, 'E3\n']],
  [[`${U} b && l 127.0.0.1 4002 && L 127.0.0.1 4004`, '41000 127.0.0.1 && 41002 127.0.0.1 && 41000 127.0.0.1\n']],
  [['U6 c ::1 4000 a && S ttl=3 && S tos=5 && S ttl=7', '41000 ::1 6 && 0 && -1\n']],
  [[`${U} && S tos=44 && Sr tos=44 && S ttl=9`, '41000 127.0.0.1\n']],
  [[`${U} && S ttl=0`, 'E3\n']],
  // What follows a deletion has no session to work on: settings are of no effect, a port cannot be opened.
  [[`${U} && D && S ttl=5 && Sr tos=4 && D`, '41000 127.0.0.1 && 0 && 0 && 0 && -1\n']],
  [['U6 c ::1 4000 a && D && S tos=4', '41000 ::1 6 && 0 && -1\n']],
  [[`${U} b && D && L 127.0.0.1 4002`, '41000 127.0.0.1 && 0 && -1\n']],
];

for (const chain of CHAINS) {
  test(chain.map(([command]) => command).join(', then '), () => {
    const { ask } = commandRig();
    for (const [command, reply] of chain) assert.equal(ask(command), reply);
  });
}

test('the first failure ends the chain, and what was done stays', () => {
  const { ask, engine } = commandRig();
  engine.tosError = 22;
  assert.equal(ask(`${U} && S ttl=5 && S tos=9 && S ttl=7`), '41000 127.0.0.1 && 0 && -1\n');
  assert.deepEqual(engine.take().slice(-2), ['setTtl 1 1 5', 'setTos 1 1 9']);
});

test('the forward leg is that whose peer the main command named', () => {
  const legOf = (command: string): string | undefined => {
    const { ask, engine } = commandRig();
    ask('U c 127.0.0.1 4000 a');
    ask('L c 127.0.0.1 4002 a b');
    engine.take();
    ask(`${command} && S ttl=9`);
    return engine.take().find((call) => call.startsWith('setTtl'));
  };
  assert.equal(legOf('U c 127.0.0.1 4000 a b'), 'setTtl 1 1 9');
  assert.equal(legOf('U c 127.0.0.1 4002 b a'), 'setTtl 1 0 9');
  assert.equal(legOf('L c 127.0.0.1 4002 a b'), 'setTtl 1 0 9');
  assert.equal(legOf('L c 127.0.0.1 4000 b a'), 'setTtl 1 1 9');
  assert.equal(legOf('Q c a b'), 'setTtl 1 1 9');
  assert.equal(legOf('Q c b a'), 'setTtl 1 0 9');
  // A look-up in the chain turns the legs round.
  assert.equal(legOf('U c 127.0.0.1 4000 a b && L 127.0.0.1 4002'), 'setTtl 1 0 9');
});

test('r means the other leg', () => {
  const { ask, engine } = commandRig();
  ask('U c 127.0.0.1 4000 a b && L 127.0.0.1 4002');
  engine.take();
  ask('Q c a && Sr ttl=9 && SR tos=8 && Sx tos=7');
  assert.deepEqual(engine.take(), ['setTtl 1 0 9', 'setTos 1 0 8', 'setTos 1 1 7']);
});

test('&& L: modifiers count, its peer is that of the leg that the main command answered', () => {
  const { ask, engine, sessions } = commandRig();
  ask(`${U} b && Lawc18 127.0.0.1 4002`);
  assert.equal(engine.take().at(-1), 'setPeer 1 0 127.0.0.1:4002 asymmetric');
  const [session] = sessions.registry.all();
  assert.equal(session?.legs[0].codecs, '18');
  assert.equal(session?.legs[1].weak, true);
});

test('&& L without a port fails, and the main command stays', () => {
  const { ask, sessions } = commandRig({ policy: { ports: { min: 41000, max: 41000, sequential: true } } });
  assert.equal(ask(`${U} b && L 127.0.0.1 4002 && D`), '41000 127.0.0.1 && -1\n');
  assert.equal(sessions.registry.size, 1);
});

test('&& D reaches the other media of the call, && Dw the weak flag of leg 1', () => {
  const { ask, sessions } = commandRig();
  ask('U c 127.0.0.1 4000 a;1');
  ask(`Uw c 127.0.0.1 4000 a`);
  assert.equal(sessions.registry.size, 2);
  assert.equal(ask('Q c a && D'), '60 0 0 0 0\n');
  assert.deepEqual(
    sessions.registry.all().map(({ fromTag }) => fromTag),
    ['a'],
    'a;1 went, a is held by its weak leg 0',
  );
  ask('Lw c 127.0.0.1 4002 a b');
  assert.equal(ask('Q c a && Dw'), '60 0 0 0 0\n');
  assert.equal(sessions.registry.all()[0]?.legs[1].weak, false);
});
