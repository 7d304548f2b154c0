import assert from 'node:assert/strict';
import { constants } from 'node:os';
import { test } from 'node:test';
import type { Session } from '../../../src/session/session.ts';
import { sessionHandle } from '../../helpers/session-handle.ts';
import { localAddress, V4, V6 } from '../protocol/address-book.ts';
import { NO_MODIFIERS, sessionsOnFakeEngine } from './rig.ts';

const { EADDRNOTAVAIL, EACCES, EMFILE, EAFNOSUPPORT } = constants.errno;
const PEER = { kind: 'address', host: '127.0.0.1', family: 4, port: 4000 } as const;

test('a new session has ports on leg 0 and the timers of a session being set up', () => {
  const { engine, observer, sessions, create } = sessionsOnFakeEngine();
  const session = create();
  assert.deepEqual(engine.take(), ['createSession 15 60', 'openLeg 1 0 127.0.0.1:41000 184']);
  assert.deepEqual(observer.heard, ['created 1']);
  assert.equal(session.legs[0].port, 41000);
  assert.equal(session.legs[1].port, undefined);
  assert.equal(session.complete, false);
  assert.equal(sessions.registry.byHandle(sessionHandle(1)), session);
});

test('the second leg makes a session complete, once', () => {
  const { engine, observer, sessions, create } = sessionsOnFakeEngine();
  const session = create();
  engine.take();
  assert.equal(sessions.open(session, 1), true);
  assert.deepEqual(engine.take(), ['openLeg 1 1 127.0.0.1:41002 184', 'complete 1']);
  assert.equal(session.complete, true);
  sessions.open(session, 1);
  assert.deepEqual(observer.heard, ['created 1', 'completed 1']);
});

test('observers hear of what signalling says', () => {
  const { observer, sessions, create } = sessionsOnFakeEngine();
  const session = create();
  const heard = (): number => {
    const { signals } = observer;
    observer.signals = 0;
    return signals;
  };
  heard();
  sessions.open(session, 1);
  assert.equal(heard(), 1, 'a port');
  sessions.setPeer(session, 1, { kind: 'hold' }, NO_MODIFIERS);
  assert.equal(heard(), 1, 'a peer');
  sessions.setTtl(session, 1, 30);
  assert.equal(heard(), 0);
});

test('a new port replaces the old one, which is free again at once', () => {
  const { log, sessions, create } = sessionsOnFakeEngine({ ports: { min: 41000, max: 41004, sequential: true } });
  const session = create('call');
  sessions.open(session, 1);
  assert.equal(sessions.open(session, 0), true);
  assert.equal(session.legs[0].port, 41004);
  assert.deepEqual(log.take(), [
    'INFO:call:sessions: new port requested, releasing 41000/41001, replacing with 41004/41005',
  ]);
  assert.equal(sessions.open(session, 1), true);
  assert.equal(session.legs[1].port, 41000);
});

test('a leg moves to the address it is given and gives back its port there', () => {
  const { engine, sessions, create } = sessionsOnFakeEngine();
  const session = create();
  const other = localAddress('127.0.0.2');
  engine.take();
  sessions.open(session, 0, other);
  assert.equal(engine.take()[0], 'openLeg 1 0 127.0.0.2:41002 184');
  assert.equal(session.legs[0].local, other);
  sessions.remove(session);
  sessions.sync();
  for (let i = 0; i < 4; i++) create();
});

test('IPv4 and IPv6 have tables of their own', () => {
  const { sessions } = sessionsOnFakeEngine();
  assert.equal(sessions.create('c', 'a', [V6, V6])?.legs[0].port, 41000);
  assert.equal(sessions.create('c', 'b', [V4, V4])?.legs[0].port, 41000);
});

test('a port that somebody else holds is passed over', () => {
  const { engine, create } = sessionsOnFakeEngine();
  engine.bindErrors.set('127.0.0.1:41000', EACCES);
  assert.equal(create().legs[0].port, 41002);
});

test('without a free port there is no session, and nothing is left of it', () => {
  const { engine, observer, log, sessions, create } = sessionsOnFakeEngine({
    ports: { min: 41000, max: 41000, sequential: true },
  });
  create();
  engine.take();
  assert.equal(sessions.create('full', 'a', [V4, V4]), undefined);
  assert.deepEqual(engine.take(), ['createSession 15 60', 'sync', 'remove 2']);
  assert.deepEqual(log.take(), ["ERR:full:sessions: can't create session: every port pair is in use"]);
  assert.equal(sessions.registry.size, 1);
  assert.deepEqual(observer.heard, ['created 1']);
});

test('a session may have the ports of one that has just ended', () => {
  const { engine, sessions, create } = sessionsOnFakeEngine({ ports: { min: 41000, max: 41000, sequential: true } });
  sessions.remove(create());
  engine.take();
  assert.equal(create().legs[0].port, 41000);
  assert.deepEqual(engine.take(), ['createSession 15 60', 'sync', 'openLeg 2 0 127.0.0.1:41000 184']);
});

test('an address that cannot be bound ends the search at the first port', () => {
  const { engine, log, sessions } = sessionsOnFakeEngine();
  const foreign = localAddress('203.0.113.77');
  for (const port of [41000, 41002]) engine.bindErrors.set(`203.0.113.77:${port}`, EADDRNOTAVAIL);
  assert.equal(sessions.create('c', 'a', [foreign, foreign]), undefined);
  const [line, ...more] = log.take();
  assert.match(line ?? '', /^ERR:c:sessions: can't create session: .*203\.0\.113\.77:41000.*\(99\)$/);
  assert.deepEqual(more, []);
  assert.ok(!engine.calls.some((call) => call.includes('41002')));
});

test('without descriptors it waits for those of ended sessions once, then gives up', () => {
  const { engine, log, sessions } = sessionsOnFakeEngine();
  for (const port of [41000, 41002]) engine.bindErrors.set(`127.0.0.1:${port}`, EMFILE);
  assert.equal(sessions.create('c', 'a', [V4, V4]), undefined);
  const attempt = (port: number): string => `openLeg 1 0 127.0.0.1:${port} 184 -> ${EMFILE}`;
  assert.deepEqual(engine.take(), ['createSession 15 60', attempt(41000), 'sync', attempt(41002), 'remove 1']);
  assert.match(log.take().join('\n'), /^ERR:c:sessions: can't create session: .*Too many open files/);
});

test('a leg that gets no new port keeps its old one', () => {
  const { sessions, create, log } = sessionsOnFakeEngine({ ports: { min: 41000, max: 41000, sequential: true } });
  const session = create();
  assert.equal(sessions.open(session, 0), false);
  assert.equal(session.legs[0].port, 41000);
  assert.equal(session.complete, false);
  assert.equal(log.take().length, 1);
});

test('a leg without ports keeps the address it was asked to use', () => {
  const { sessions, create, engine } = sessionsOnFakeEngine();
  const session = create();
  const foreign = localAddress('203.0.113.77');
  engine.bindErrors.set('203.0.113.77:41002', EADDRNOTAVAIL);
  assert.equal(sessions.open(session, 1, foreign), false);
  assert.equal(session.legs[1].local, foreign);
  engine.bindErrors.set('203.0.113.77:41004', EADDRNOTAVAIL);
  assert.equal(sessions.open(session, 0, foreign), false);
  assert.equal(session.legs[0].local, V4);
});

test("a command's word on symmetry goes before the daemon's", () => {
  for (const asymmetric of [false, true]) {
    const { engine, sessions, create } = sessionsOnFakeEngine({ asymmetric });
    const session = create();
    engine.take();
    for (const word of [undefined, true, false]) {
      sessions.setPeer(session, 1, PEER, { ...NO_MODIFIERS, asymmetric: word });
    }
    const text = (yes: boolean): string => `setPeer 1 1 127.0.0.1:4000${yes ? ' asymmetric' : ''}`;
    assert.deepEqual(engine.take(), [text(asymmetric), text(true), text(false)]);
  }
});

test('codecs and packet length are those of the last command', () => {
  const { sessions, create } = sessionsOnFakeEngine();
  const session = create();
  sessions.setPeer(session, 1, PEER, { ...NO_MODIFIERS, codecs: '0,8', ptime: 30 });
  assert.deepEqual([session.legs[1].codecs, session.legs[1].ptime], ['0,8', 30]);
  sessions.setPeer(session, 1, { kind: 'none' }, NO_MODIFIERS);
  assert.deepEqual([session.legs[1].codecs, session.legs[1].ptime], [undefined, undefined]);
});

test('what signalling said last of a peer is kept', () => {
  const { sessions, create } = sessionsOnFakeEngine({ asymmetric: true });
  const session = create();
  const { legs } = session;
  assert.deepEqual([legs[1].peer, legs[1].asymmetric], [undefined, true]);
  sessions.setPeer(session, 1, PEER, { ...NO_MODIFIERS, asymmetric: false });
  assert.deepEqual([legs[1].peer, legs[1].asymmetric], [PEER, false]);
  sessions.setPeer(session, 1, { kind: 'hold' }, NO_MODIFIERS);
  assert.deepEqual([legs[1].peer, legs[1].asymmetric], [{ kind: 'hold' }, true]);
  assert.equal(legs[0].peer, undefined);
});

test('the TOS byte of a leg holds for ports opened later', () => {
  const { engine, sessions, create } = sessionsOnFakeEngine();
  const session = create();
  assert.equal(sessions.setTos(session, 1, 44), true);
  engine.take();
  sessions.open(session, 1);
  assert.equal(engine.take()[0], 'openLeg 1 1 127.0.0.1:41002 44');
});

test('a TOS byte that cannot be set changes nothing', () => {
  const { engine, sessions, create } = sessionsOnFakeEngine({ tos: undefined });
  const session = create();
  const six = sessions.create('c', 'b', [V6, V6]);
  assert.ok(six !== undefined);
  engine.take();
  assert.equal(sessions.setTos(six, 0, 44), false);
  assert.deepEqual(engine.take(), []);
  engine.tosError = EAFNOSUPPORT;
  assert.equal(sessions.setTos(session, 0, 44), false);
  assert.equal(session.legs[0].tos, undefined);
});

test('a removed session is reported twice: when it goes, and with its figures', () => {
  const { engine, observer, sessions, create } = sessionsOnFakeEngine();
  const session = create();
  sessions.remove(session);
  assert.equal(sessions.registry.size, 0);
  assert.deepEqual(observer.heard.splice(0), ['created 1', 'removed 1']);
  sessions.sync();
  assert.deepEqual(observer.heard.splice(0), ['retired 1 ttl 60']);
  engine.take();
  sessions.sync();
  assert.deepEqual(engine.take(), [], 'nothing to wait for');
  sessions.retired(sessionHandle(1), engine.figures);
  sessions.retired(sessionHandle(77), engine.figures);
  assert.deepEqual(observer.heard, []);
});

test('half a second after the last session nothing is kept for the next one', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { engine, sessions, create } = sessionsOnFakeEngine();
  const end = (session: Session): void => {
    sessions.remove(session);
    sessions.sync();
    engine.take();
  };
  end(create());
  t.mock.timers.tick(499);
  assert.deepEqual(engine.take(), []);
  const second = create();
  engine.take();
  t.mock.timers.tick(1);
  assert.deepEqual(engine.take(), [], 'there is a session again');
  end(second);
  t.mock.timers.tick(500);
  assert.deepEqual(engine.take(), ['releaseSockets']);
});

test('onEmpty is called when the last session has gone', () => {
  const { sessions, create } = sessionsOnFakeEngine();
  let empty = 0;
  sessions.onEmpty = () => empty++;
  const [one, two] = [create('c', 'a'), create('c', 'b')];
  sessions.remove(one, true);
  assert.equal(empty, 0);
  sessions.remove(two);
  assert.equal(empty, 1);
});
