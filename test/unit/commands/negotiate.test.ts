import assert from 'node:assert/strict';
import { test } from 'node:test';
import { negotiate } from '../../../src/commands/negotiate.ts';
import { localAddress } from '../protocol/address-book.ts';
import { NO_MODIFIERS, sessionsOnFakeEngine } from '../session/rig.ts';

const PEER = { kind: 'address', host: '127.0.0.1', family: 4, port: 4000 } as const;

test('in the order of protocol.md 6.5: ports, timers, peer', () => {
  const { engine, sessions, create } = sessionsOnFakeEngine();
  const session = create();
  engine.take();
  const modifiers = { ...NO_MODIFIERS, weak: true };
  assert.equal(negotiate(sessions, session, 1, { modifiers, peer: PEER }), true);
  const [open, complete, ...rest] = engine.take();
  assert.deepEqual([open, complete], ['openLeg 1 1 127.0.0.1:41002 184', 'complete 1']);
  assert.deepEqual(rest.slice(-2), ['restart 1', 'setPeer 1 0 127.0.0.1:4000']);
  assert.equal(session.legs[1].weak, true);
});

test('a leg with a port stays where it is, unless a new port is wanted', () => {
  const { engine, sessions, create } = sessionsOnFakeEngine();
  const session = create();
  const moveTo = localAddress('127.0.0.2');
  engine.take();
  negotiate(sessions, session, 0, { modifiers: { ...NO_MODIFIERS, moveTo }, peer: PEER });
  assert.deepEqual(engine.take(), ['restart 1', 'setPeer 1 1 127.0.0.1:4000']);
  negotiate(sessions, session, 0, { modifiers: { ...NO_MODIFIERS, moveTo, newPort: true }, peer: PEER });
  assert.equal(engine.take()[0], 'openLeg 1 0 127.0.0.2:41002 184');
});

test('without ports nothing changes', () => {
  const { engine, sessions, create } = sessionsOnFakeEngine({ ports: { min: 41000, max: 41000, sequential: true } });
  const session = create();
  engine.take();
  const modifiers = { ...NO_MODIFIERS, weak: true, codecs: '8' };
  assert.equal(negotiate(sessions, session, 1, { modifiers, peer: PEER }), false);
  assert.deepEqual(engine.take(), ['sync']);
  assert.equal(session.legs[1].weak, false);
  assert.equal(session.legs[0].codecs, undefined);
});
