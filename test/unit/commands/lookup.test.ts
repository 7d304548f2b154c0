import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandRig } from './command-rig.ts';

test('an unknown session answers 0, and its sub-commands do not run', () => {
  const { ask, engine, counters, log } = commandRig();
  log.level = 'INFO';
  assert.equal(ask('L nope 127.0.0.1 4000 a b'), '0\n');
  assert.equal(ask('L nope 127.0.0.1 4000 a b && S ttl=5'), '0\n');
  assert.deepEqual(engine.take(), []);
  assert.equal(counters.get('ncmds_errs'), 2);
  assert.equal(log.take()[0], 'INFO:nope:lookup: lookup request failed: session does not exist');
});

test('the first look-up opens the leg that the caller sends to', () => {
  const { ask, engine, log, counters } = commandRig();
  ask('U c 127.0.0.1 4000 a');
  engine.take();
  log.level = 'INFO';
  log.take();
  assert.equal(ask('L c 127.0.0.1 4002 a b'), '41002 127.0.0.1\n');
  assert.deepEqual(engine.take(), [
    'openLeg 1 1 127.0.0.1:41002 184',
    ...['complete 1', 'restart 1'],
    'setPeer 1 0 127.0.0.1:4002',
  ]);
  assert.deepEqual(log.take(), ['INFO:c:lookup: lookup on ports 41000/41002, session timer restarted']);
  assert.equal(counters.get('nsess_complete'), 1);
});

test('tags the other way round: the other port, the other peer', () => {
  const { ask, engine } = commandRig();
  ask('U c 127.0.0.1 4000 a');
  engine.take();
  assert.equal(ask('L c 127.0.0.1 4002 b a'), '41000 127.0.0.1\n');
  assert.deepEqual(engine.take(), ['restart 1', 'setPeer 1 1 127.0.0.1:4002']);
});

test('a leg may be bound where the command wants it', () => {
  const { ask } = commandRig();
  ask('U c 127.0.0.1 4000 a');
  assert.equal(ask('Ll127.0.0.3 c 127.0.0.1 4002 a b'), '41002 127.0.0.3\n');
  assert.equal(ask('Ll127.0.0.4 c 127.0.0.1 4002 a b'), '41002 127.0.0.3\n', 'it has its port');
  assert.equal(ask('Lnl127.0.0.4 c 127.0.0.1 4002 a b'), '41004 127.0.0.4\n');
});

test('a weak look-up marks its leg', () => {
  const { ask, sessions } = commandRig();
  ask('U c 127.0.0.1 4000 a');
  ask('Lw c 127.0.0.1 4002 a b');
  const [session] = sessions.registry.all();
  assert.deepEqual([session?.strong, session?.legs[0].weak, session?.legs[1].weak], [true, false, true]);
});

test('codecs are those of the party that the command speaks of', () => {
  const { ask, sessions } = commandRig();
  ask('Uc0,8z20 c 127.0.0.1 4000 a');
  ask('Lc18 c 127.0.0.1 4002 a b');
  const [session] = sessions.registry.all();
  assert.deepEqual(
    session?.legs.map(({ codecs, ptime }) => [codecs, ptime]),
    [
      ['18', undefined],
      ['0,8', 20],
    ],
  );
});

test('without a port for the leg: E71', () => {
  const { ask } = commandRig({ policy: { ports: { min: 41000, max: 41000, sequential: true } } });
  ask('U c 127.0.0.1 4000 a');
  assert.equal(ask('L c 127.0.0.1 4002 a b'), 'E71\n');
});
