import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EndedSession } from '../../../../src/modules/module.ts';
import { SUB_COMMAND_FAILED } from '../../../../src/protocol/reply.ts';
import type { NotifyDestination, Session } from '../../../../src/session/session.ts';
import { testSession } from '../../session/test-session.ts';
import { type EventFields, eventPacket } from './event-packets.ts';
import { CatchDtmfRig } from './rig.ts';

const DESTINATION: NotifyDestination = { kind: 'unix', path: '/run/notify.sock' };

const call = (rest: Partial<Session> = {}) =>
  testSession('call', 'f', { notify: { destination: DESTINATION, tag: 'tmo' }, ...rest });
const digit = (code: number, timestamp: number, rest: Partial<EventFields> = {}): EventFields[] => [
  { code, timestamp, ...rest },
  { code, timestamp, end: true, duration: 640, ...rest },
];

test('digits of the caller end in 0, of the callee in 1', () => {
  const rig = new CatchDtmfRig();
  const session = call();
  assert.equal(rig.ask(session, 1, 'my%20tag%3a1'), undefined);
  assert.equal(rig.ask(session, 0, 'callee', '97'), undefined);
  assert.deepEqual(rig.watched, [
    ['call', 1, [101], []],
    ['call', 0, [97], []],
  ]);
  rig.receive(session, 1, ...digit(5, 1000));
  rig.receive(session, 0, ...digit(9, 8000, { payloadType: 97, volume: 3, duration: 200 }));
  assert.deepEqual(rig.take(), ['my tag:1 5 10 640 0', 'callee 9 3 200 1']);
  assert.deepEqual(rig.destination, DESTINATION);
  assert.deepEqual(rig.counts, { delivered: 2, lost: 0 });
});

test('other modules hear of a digit too', () => {
  const rig = new CatchDtmfRig();
  const session = call();
  rig.ask(session, 1, 't');
  rig.receive(session, 1, ...digit(11, 1000));
  const [event] = rig.events;
  assert.ok(event);
  const { packet, ...rest } = event;
  assert.deepEqual(rest, { session, leg: 1, digit: '#', duration: 640, volume: 10, timestamp: 1000 });
  assert.equal(packet.arrivedAt, 1_700_000_000.5);
});

test('a new request of a leg changes everything but what it has heard already', () => {
  const rig = new CatchDtmfRig();
  const session = call();
  rig.ask(session, 1, 'first', '96');
  rig.receive(session, 1, ...digit(1, 1000, { payloadType: 96 }), { code: 2, timestamp: 2000, payloadType: 96 });
  const other: NotifyDestination = { kind: 'unix', path: '/run/other.sock' };
  session.notify = { destination: other, tag: 'tmo' };
  rig.ask(session, 1, 'second', '101', 'h');
  assert.deepEqual(rig.watched.at(-1), ['call', 1, [101], [101]]);
  rig.receive(session, 1, ...digit(3, 3000, { payloadType: 96 }), ...digit(1, 1000), ...digit(2, 2000));
  assert.deepEqual(rig.take(), ['first 1 10 640 0', 'second 2 10 640 0']);
  assert.deepEqual(rig.destination, other);
});

test('without a notification socket, or with a bad request, the sub-command fails', () => {
  const rig = new CatchDtmfRig();
  assert.equal(rig.ask(call({ notify: undefined }), 1, 'tag'), SUB_COMMAND_FAILED);
  assert.equal(rig.ask(call(), 1, 'tag', '128'), SUB_COMMAND_FAILED);
  assert.deepEqual(rig.log, [
    'ERR:call: notification is not enabled',
    'ERR:call: syntax error: invalid payload type: 128',
  ]);
  assert.deepEqual(rig.watched, []);
});

test('a bad request leaves the one before it in force', () => {
  const rig = new CatchDtmfRig();
  const session = call();
  rig.ask(session, 1, 'tag');
  rig.ask(session, 1, 'other', 'x');
  rig.receive(session, 1, ...digit(4, 1000));
  assert.deepEqual(rig.take(), ['tag 4 10 640 0']);
});

test('nothing is asked for a session that an earlier sub-command has ended', () => {
  const rig = new CatchDtmfRig();
  assert.equal(rig.ask(call({ ended: true }), 1, 'tag'), undefined);
  assert.deepEqual(rig.watched, []);
});

test('what is no digit is told in the log alone', () => {
  const rig = new CatchDtmfRig();
  const session = call();
  rig.ask(session, 1, 'tag');
  rig.receive(session, 1, ...digit(40, 500).slice(0, 1), ...digit(8, 1000), {
    code: 8,
    timestamp: 1000,
    duration: 800,
  });
  rig.receive(session, 1, { code: 1, timestamp: 2000 }, { code: 2, timestamp: 2000 });
  rig.module.rtp?.(rig.packet(session, 1, eventPacket({ code: 1, timestamp: 1 }).subarray(0, 12)));
  assert.deepEqual(rig.take(), ['tag 8 10 640 0']);
  assert.deepEqual(rig.log, [
    'DBUG:call: Unhandled DTMF event 40',
    'WARN:call: Received DTMF for 8 without start 0',
    'WARN:call: Received DTMF for 2 while processing 1',
  ]);
});

test('a party that floods is not told on and on, and the other one is', () => {
  const rig = new CatchDtmfRig();
  const session = call();
  rig.ask(session, 1, 'caller');
  rig.ask(session, 0, 'callee');
  for (let each = 0; each < 1000; each++) rig.receive(session, 1, { code: 1, timestamp: each, end: true });
  const told = rig.take().length;
  assert.ok(told >= 64 && told < 200, `${told} digits`);
  assert.deepEqual(rig.counts, { delivered: told, lost: 1000 - told });
  assert.equal(rig.log[0], 'WARN:call: digits come too fast, leaving some out');
  rig.receive(session, 0, ...digit(7, 1));
  assert.deepEqual(rig.take(), ['callee 7 10 640 1']);
});

test('packets of sessions that ended or were never asked for come to nothing', () => {
  const rig = new CatchDtmfRig();
  const [session, other] = [call(), call()];
  rig.ask(session, 1, 'tag');
  rig.receive(session, 0, ...digit(1, 1000));
  rig.receive(other, 1, ...digit(1, 1000));
  rig.module.sessionEnded?.({ session } as EndedSession);
  rig.receive(session, 1, ...digit(1, 1000));
  assert.deepEqual(rig.take(), []);
});
