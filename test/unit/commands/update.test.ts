import assert from 'node:assert/strict';
import { test } from 'node:test';
import { localAddress, V4 } from '../protocol/address-book.ts';
import { commandRig } from './command-rig.ts';

test('a new session answers the port that the callee sends to', () => {
  const { ask, engine, log } = commandRig();
  log.level = 'INFO';
  assert.equal(ask('U call 127.0.0.1 4000 tag'), '41000 127.0.0.1\n');
  assert.deepEqual(engine.take(), [
    'createSession 15 60',
    'openLeg 1 0 127.0.0.1:41000 184',
    'setPeer 1 1 127.0.0.1:4000',
  ]);
  assert.deepEqual(log.take(), [
    'INFO:GLOBAL:update: new IPv4/IPv4 session call, tag tag requested, type strong',
    'INFO:call:update: new session on IPv4 port 41000 created, tag tag',
  ]);
});

test('the same parties get the same ports again', () => {
  const { ask } = commandRig();
  ask('U c 127.0.0.1 4000 a');
  assert.equal(ask('L c 127.0.0.1 4002 a b'), '41002 127.0.0.1\n');
  assert.equal(ask('U c 127.0.0.1 4000 a'), '41000 127.0.0.1\n');
  assert.equal(ask('U c 127.0.0.1 4002 b a'), '41002 127.0.0.1\n');
  assert.equal(ask('L c 127.0.0.1 4002 b a'), '41000 127.0.0.1\n');
});

test('an update restarts the timers and sets the peer of the other leg', () => {
  const { ask, engine } = commandRig();
  ask('U c 127.0.0.1 4000 a');
  engine.take();
  ask('U c 127.0.0.1 4100 a');
  assert.deepEqual(engine.take(), ['restart 1', 'setPeer 1 1 127.0.0.1:4100']);
  ask('Ua c 127.0.0.1 4200 b a');
  assert.deepEqual(engine.take(), [
    'openLeg 1 1 127.0.0.1:41002 184',
    ...['complete 1', 'restart 1'],
    'setPeer 1 0 127.0.0.1:4200 asymmetric',
  ]);
});

test('addresses that are ignored and addresses that hold', () => {
  const { ask, engine } = commandRig();
  ask('U c 0 x a');
  assert.equal(engine.take().at(-1), 'setPeer 1 1 none');
  ask('U c 0.0.0.0 4000 a');
  assert.equal(engine.take().at(-1), 'setPeer 1 1 hold');
});

test('the reply tells the address that peers should use', () => {
  const wildcard = localAddress('0.0.0.0', { advertised: 'ignored.example' });
  assert.equal(commandRig({ listen: [wildcard] }).ask('U c 127.0.0.1 4000 a'), '41000\n');
  const named = localAddress('127.0.0.1', { advertised: 'some.name' });
  assert.equal(commandRig({ listen: [named] }).ask('U c 127.0.0.1 4000 a'), '41000 some.name\n');
  assert.equal(commandRig().ask('U6 c ::1 4000 a'), '41000 ::1 6\n');
});

test('without a port: E72 for a new session, E71 for a leg, and nothing changes', () => {
  const { ask, engine, sessions } = commandRig({ policy: { ports: { min: 41000, max: 41000, sequential: true } } });
  assert.equal(ask('U c 127.0.0.1 4000 a'), '41000 127.0.0.1\n');
  assert.equal(ask('U d 127.0.0.1 4000 a'), 'E72\n');
  assert.equal(sessions.registry.size, 1);
  engine.take();
  assert.equal(ask('Uw c 127.0.0.1 4002 b a'), 'E71\n');
  assert.deepEqual(engine.take(), ['sync']);
  assert.deepEqual(sessions.registry.all()[0]?.legs[1].weak, false);
});

test('new ports by n', () => {
  const { ask, counters } = commandRig();
  ask('U c 127.0.0.1 4000 a');
  assert.equal(ask('Un c 127.0.0.1 4000 a'), '41002 127.0.0.1\n');
  assert.equal(counters.get('nsess_complete'), 1, 'as in the C daemon');
  assert.equal(ask('U c 127.0.0.1 4000 a'), '41002 127.0.0.1\n');
});

test('a port that does not fit the reply is an error: a new session is not kept, and sub-commands do not run', () => {
  const { ask, sessions } = commandRig();
  const reply = '41000 127.0.0.1\n';
  assert.equal(ask('U c 127.0.0.1 4000 a', reply.length - 1), 'E26\n');
  assert.equal(sessions.registry.size, 0);
  assert.equal(ask('U c 127.0.0.1 4000 a', reply.length), '41002 127.0.0.1\n');
  assert.equal(ask('U c 127.0.0.1 4000 a && D', reply.length + ' && -1'.length - 1), 'E26\n');
  assert.equal(ask('L c 127.0.0.1 4000 a b', reply.length - 1), 'E26\n');
  assert.equal(sessions.registry.size, 1);
  assert.equal(ask('U c 127.0.0.1 4000 a && D', reply.length + ' && -1'.length), '41002 127.0.0.1\n');
  assert.equal(sessions.registry.size, 0);
});

test('notification: refused without targets, kept with them, and every update replaces it', () => {
  const { ask } = commandRig();
  assert.equal(ask('U c 127.0.0.1 4000 a unix:/x tag'), 'E75\n');
  const { ask: tell, sessions } = commandRig({ notifications: true });
  assert.equal(tell('U c 127.0.0.1 4000 a b tcp:127.0.0.1:1 tag%20one'), '41000 127.0.0.1\n');
  const [session] = sessions.registry.all();
  assert.equal(session?.notify?.tag, 'tag one');
  tell('L c 127.0.0.1 4000 a b');
  assert.notEqual(session?.notify, undefined, 'L does not touch it');
  tell('U c 127.0.0.1 4000 a b');
  assert.equal(session?.notify, undefined);
});

test('E75 comes before E99 and leaves an existing session alone', () => {
  const { ask, engine, state } = commandRig();
  ask('U c 127.0.0.1 4000 a');
  engine.take();
  state.draining = true;
  for (const call of ['c', 'new']) assert.equal(ask(`U ${call} 127.0.0.1 4000 a unix:/x tag`), 'E75\n');
  assert.deepEqual(engine.take(), []);
});

test('a draining daemon takes no new session, and goes on with those it has', () => {
  const { ask, engine, log, state } = commandRig();
  ask('U c 127.0.0.1 4000 a');
  state.draining = true;
  log.level = 'INFO';
  log.take();
  engine.take();
  assert.equal(ask('U new 127.0.0.1 4000 a'), 'E99\n');
  assert.deepEqual(engine.take(), []);
  assert.deepEqual(log.take(), ['INFO:GLOBAL:update: proxy is in the deorbiting-burn mode, new session rejected']);
  assert.equal(ask('U c 127.0.0.1 4000 a'), '41000 127.0.0.1\n');
});

/** Modifiers of U, and the addresses that U and L answer, in bridge mode (the table of protocol.md 6.3). */
const BRIDGE: readonly (readonly [string, string, string])[] = [
  ['U', '127.0.0.1', '127.0.0.1'],
  ['Ui', '127.0.0.1', '127.0.0.1'],
  ['Uii', '127.0.0.1', '127.0.0.1'],
  ['Ue', '127.0.0.1', '127.0.0.2'],
  ['Uei', '127.0.0.1', '127.0.0.2'],
  ['Uie', '127.0.0.2', '127.0.0.1'],
  ['Uee', '127.0.0.2', '127.0.0.2'],
];

for (const [verb, first, second] of BRIDGE) {
  test(`bridge mode: ${verb}`, () => {
    const { ask } = commandRig({ listen: [V4, localAddress('127.0.0.2')], bridge: true });
    assert.match(ask(`${verb} c 127.0.0.1 4000 a`), new RegExp(`^\\d+ ${first.replaceAll('.', '\\.')}\\n$`));
    assert.match(ask('L c 127.0.0.1 4002 a b'), new RegExp(`^\\d+ ${second.replaceAll('.', '\\.')}\\n$`));
  });
}
