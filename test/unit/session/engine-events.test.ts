import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EngineEvent } from '../../../src/addon/events.ts';
import { EngineEvents } from '../../../src/session/engine-events.ts';
import { sessionHandle } from '../../helpers/session-handle.ts';
import { sessionsOnFakeEngine } from './rig.ts';

const EVENT: EngineEvent = {
  kind: 'latched',
  session: sessionHandle(1),
  leg: 1,
  channel: 'RTP',
  address: '10.0.0.1:4000',
  port: 4000,
  ssrc: 0xfedc,
  seq: 7,
  value: 0,
};

function eventsOfOneSession() {
  const rig = sessionsOnFakeEngine();
  const session = rig.create('call', 'tag');
  return { ...rig, session, events: new EngineEvents(rig.sessions, rig.log, () => {}) };
}

/** What is told of the event, and the text that is logged (media.md 8 and 2). */
const LINES: readonly (readonly [Partial<EngineEvent>, string])[] = [
  [{ kind: 'prefilled' }, "pre-filling caller's RTP address with 10.0.0.1:4000"],
  [{ kind: 'prefilled', leg: 0, channel: 'RTCP' }, "pre-filling callee's RTCP address with 10.0.0.1:4000"],
  [{ kind: 'onHold' }, "putting caller's RTP stream on hold"],
  [{ kind: 'offHold', leg: 0, channel: 'RTCP' }, "taking callee's RTCP stream off-hold"],
  [{ kind: 'filledIn' }, "caller's address filled in: 10.0.0.1:4000 (RTP)"],
  [{ kind: 'latched' }, "caller's address latched in: 10.0.0.1:4000 (RTP), SSRC=0x0000FEDC, Seq=7"],
  [{ kind: 'latched', ssrc: undefined }, "caller's address latched in: 10.0.0.1:4000 (RTP), SSRC=INVALID"],
  [
    { kind: 'latched', channel: 'RTCP', ssrc: undefined, address: '[::1]:4001' },
    "caller's address latched in: [::1]:4001 (RTCP), SSRC=UNKNOWN",
  ],
  [{ kind: 'relatched' }, "caller's address re-latched: 10.0.0.1:4000 (RTP), SSRC=0x0000FEDC, Seq=7"],
  [
    { kind: 'notLatched', ssrc: 0 },
    "caller's address not latched (bad SSRC): 10.0.0.1:4000 (RTP), SSRC=0x00000000, Seq=7",
  ],
  [{ kind: 'moved', value: 5 }, "caller's address re-latched: 10.0.0.1:4000 (RTP), SSRC=0x0000FEDC, Seq=5->7"],
  [{ kind: 'rtcpGuessed', channel: 'RTCP', port: 4001 }, 'guessing RTCP port for caller to be 4001'],
  [
    { kind: 'ignored', reason: 'holderSends' },
    "caller's RTP stream: ignoring packets from 10.0.0.1:4000, SSRC=0x0000FEDC, Seq=7: another source is sending",
  ],
  [
    { kind: 'taken', rule: 'reopened', packets: 5, value: 80 },
    "caller's RTP stream: 10.0.0.1:4000 found after 5 packets in 80 ms (reopened)",
  ],
  [
    { kind: 'ssrcChanged', value: 0xabc, address: '' },
    "caller's RTP stream: SSRC changed from 0x00000ABC to 0x0000FEDC/7",
  ],
  [{ kind: 'leftOut', value: 4000, address: '' }, "caller's RTP stream: 4000 more changes were left out"],
];

for (const [event, text] of LINES) {
  test(`logs: ${text}`, () => {
    const { events, log } = eventsOfOneSession();
    events.event({ ...EVENT, ...event } as EngineEvent);
    assert.deepEqual(log.take(), [`INFO:call:media: ${text}`]);
  });
}

test('a port that gets no packets is an error for the operator', () => {
  const { events, log } = eventsOfOneSession();
  events.event({ ...EVENT, kind: 'attachFailed', value: 28 });
  assert.deepEqual(log.take(), ['ERR:call:media: media port is deaf: No space left on device (28)']);
});

test('a peer that the kernel sends nothing to is a warning', () => {
  const { events, log } = eventsOfOneSession();
  events.event({ ...EVENT, kind: 'refused', leg: 0, value: 1 });
  const text = "packets to callee's RTP address 10.0.0.1:4000 cannot be sent: Operation not permitted (1)";
  assert.deepEqual(log.take(), [`WARN:call:media: ${text}`]);
});

test('packets that circulate are a warning', () => {
  const { events, log } = eventsOfOneSession();
  events.event({ ...EVENT, kind: 'looped' });
  const text =
    "packets from 10.0.0.1:4000 come again and again, SSRC=0x0000FEDC, Seq=7: sessions of this daemon are each other's parties";
  assert.deepEqual(log.take(), [`WARN:call:media: caller's RTP stream: ${text}`]);
});

test('an address that is denied is a warning, with the reason', () => {
  const { events, log } = eventsOfOneSession();
  events.event({ ...EVENT, kind: 'denied', denial: 'control', way: 'sent' });
  events.event({ ...EVENT, kind: 'denied', channel: 'RTCP', denial: 'ownPort', way: 'sent' });
  events.event({ ...EVENT, kind: 'denied', denial: 'wellKnown', way: 'received' });
  events.event({ ...EVENT, kind: 'denied', denial: 'listed', way: 'copied' });
  const line = 'WARN:call:media: caller';
  assert.deepEqual(log.take(), [
    `${line}'s RTP stream: nothing is sent to 10.0.0.1:4000: that is a control socket of this daemon`,
    `${line}'s RTCP stream: nothing is sent to 10.0.0.1:4000: that is a port of the session itself`,
    `${line}'s RTP stream: nothing is taken from 10.0.0.1:4000: that is a port below 1024 of this host`,
    `${line}'s RTP stream: nothing is copied to 10.0.0.1:4000: the configuration denies it`,
  ]);
});

test('a timeout ends the session', () => {
  const { events, log, observer, sessions } = eventsOfOneSession();
  events.event({ ...EVENT, kind: 'timeout', value: 0 });
  assert.deepEqual(log.take(), ['INFO:call:media: session timeout']);
  assert.deepEqual(observer.heard, ['created 1', 'removed 1 timed out']);
  assert.equal(sessions.registry.size, 0);
});

test('what was left out is told of a session that has just ended, too', () => {
  const { events, log, sessions, session } = eventsOfOneSession();
  sessions.remove(session);
  events.event({ ...EVENT, kind: 'leftOut', leg: 0, value: 7 });
  assert.deepEqual(log.take(), ["INFO:call:media: callee's RTP stream: 7 more changes were left out"]);
});

test('events of sessions that are gone are ignored', () => {
  const { events, log, sessions, session } = eventsOfOneSession();
  sessions.remove(session);
  for (const kind of ['latched', 'timeout', 'attachFailed'] as const) events.event({ ...EVENT, kind });
  events.event({ ...EVENT, session: sessionHandle(99) });
  assert.deepEqual(log.take(), []);
});

test('final figures go to the sessions', () => {
  const { events, engine, observer, sessions, session } = eventsOfOneSession();
  sessions.remove(session);
  events.retired(session.handle, engine.figures);
  assert.equal(observer.heard.at(-1), 'retired 1 ttl 60');
});
