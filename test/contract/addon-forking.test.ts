import assert from 'node:assert/strict';
import { constants } from 'node:os';
import { test } from 'node:test';
import { sessionRow } from '../../src/addon/figures.ts';
import type { SessionHandle } from '../../src/addon/types.ts';
import { sessionHandle } from '../helpers/session-handle.ts';
import { openCall, openEngine, openPorts } from './native-engine.ts';
import { Phone, rtp } from './phone.ts';

const { EBADF, ELOOP, ENOSPC, EXDEV } = constants.errno;
const MAX_SOURCES = 8;

test('what a leg of the source receives leaves by the same leg of the target, or by the other one', async (t) => {
  for (const crossed of [false, true]) {
    const engine = openEngine(t);
    const source = await openCall(engine);
    const target = await openCall(engine);
    const phones = [await Phone.open(t), await Phone.open(t)];
    for (const [leg, phone] of phones.entries()) {
      engine.setPeer(target.session, leg, 'address', false, phone.host, phone.port);
    }
    assert.equal(engine.fork(target.session, source.session, crossed), 0);
    engine.sync();
    const talker = await Phone.open(t);
    await talker.send(source.ports[0], rtp(1));
    const [hearing, other] = crossed ? [phones[1], phones[0]] : phones;
    await hearing?.gets(1);
    assert.deepEqual(hearing?.received, [rtp(1)]);
    assert.deepEqual(hearing?.sources, [target.ports[crossed ? 1 : 0]]);
    assert.deepEqual(other?.received, []);
  }
});

test('a session near another one is of its worker, so that it can be its fork', async (t) => {
  const engine = openEngine(t, { workers: 4 });
  for (let i = 0; i < 8; i++) {
    const source = engine.createSession(60, 60);
    await openPorts(engine, source, 0);
    const target = engine.createSession(60, 60, source);
    await openPorts(engine, target, 0);
    assert.equal(engine.fork(target, source, false), 0);
  }
  // New sessions go round the workers, which have as many each.
  const [first, second] = [engine.createSession(60, 60), engine.createSession(60, 60)];
  assert.equal(engine.fork(first, second, false), EXDEV);
  assert.equal(engine.createSession(60, 60, sessionHandle(Number.NaN)) > 0, true);
});

test('a source may be a session without ports, and end before its fork', async (t) => {
  const engine = openEngine(t);
  const target = await openCall(engine);
  const source = engine.createSession(60, 60);
  assert.equal(engine.fork(target.session, source, false), 0);
  engine.remove(source);
  engine.sync();
  // Its memory is given back here.
  const out = sessionRow();
  assert.equal(engine.nextRetired(out), source);
  engine.remove(target.session);
  engine.sync();
  assert.equal(engine.nextRetired(out), target.session);
});

test('stale handles, loops, and too many sources are refused', async (t) => {
  const engine = openEngine(t);
  const [a, b, c] = [
    (await openCall(engine)).session,
    (await openCall(engine)).session,
    (await openCall(engine)).session,
  ];
  assert.equal(engine.fork(a, a, false), ELOOP);
  assert.equal(engine.fork(b, a, false), 0);
  assert.equal(engine.fork(b, a, true), 0);
  assert.equal(engine.fork(a, b, false), ELOOP);
  assert.equal(engine.fork(c, b, false), 0);
  assert.equal(engine.fork(a, c, false), ELOOP);
  engine.remove(b);
  assert.equal(engine.fork(a, b, false), EBADF);
  assert.equal(engine.fork(b, a, false), EBADF);
  // With b the loop has gone.
  assert.equal(engine.fork(a, c, false), 0);

  const sources: SessionHandle[] = [];
  for (let i = 0; i < MAX_SOURCES; i++) {
    const { session } = await openCall(engine);
    // The place of b, which has ended, is used again.
    assert.equal(engine.fork(c, session, false), 0);
    sources.push(session);
  }
  const { session } = await openCall(engine);
  assert.equal(engine.fork(c, session, false), ENOSPC);
  engine.remove(sources[3] ?? sessionHandle(0));
  assert.equal(engine.fork(c, session, false), 0);
  for (const handle of [a, c, session, ...sources]) engine.remove(handle);
  engine.sync();
});

test('arguments of another shape are refused', async (t) => {
  const engine = openEngine(t);
  const good: unknown[] = [1, 2, false];
  for (const index of good.keys()) {
    for (const wrong of [undefined, null, 'x', {}]) {
      assert.throws(() => Reflect.apply(engine.fork, engine, good.with(index, wrong)), TypeError);
    }
  }
  assert.throws(() => Reflect.apply(engine.createSession, engine, [60, 60, 'x']), TypeError);
});
