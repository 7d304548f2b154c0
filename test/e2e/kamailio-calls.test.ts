import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { formatSdp, parseSdp, stream } from '../helpers/sip/sdp.ts';
import { assertAsked } from './support/command-trace.ts';
import { startKamailioRelay } from './support/kamailio-relay.ts';
import { counters, portIn } from './support/relay.ts';
import {
  assertTalking,
  CALLEE_HOST,
  CALLER_HOST,
  content,
  hangUp,
  invite,
  mediaIn,
  openParties,
  renegotiate,
  sdpOf,
  startTalk,
} from './support/sip-call.ts';
import { UdpPeer } from './support/udp-peer.ts';

const { relay, proxy } = await startKamailioRelay({ after });
const { daemon, control } = relay;

async function assertNoSessions(): Promise<void> {
  assert.deepEqual(await counters(control, 'ncmds_errs'), [0]);
  assert.match(await control.command('I'), /^active sessions: 0$/m);
}

test('early media: the ports of the 183 are those of the 200', async (t) => {
  const parties = await openParties(t, proxy);
  const { callerSide, calleeSide, exchange, request } = await invite(parties, 'early');
  request.reply(183, content(sdpOf(parties.calleeMedia)));
  const forCaller = mediaIn((await exchange.response(183)).body);
  const talk = { ...parties, callerSide, calleeSide, forCaller, forCallee: mediaIn(request.message.body) };
  await assertTalking(talk);

  request.reply(200, content(sdpOf(parties.calleeMedia)));
  assert.deepEqual(mediaIn((await exchange.response(200)).body), forCaller);
  exchange.ack();
  await calleeSide.request('ACK');
  await assertTalking(talk);
  await hangUp(calleeSide, callerSide);

  const [, first, second] = await assertAsked(daemon, 'early', [
    `Uc0 early ${CALLER_HOST} ${parties.callerMedia.local.port} f;1`,
    `Lc0 early ${CALLEE_HOST} ${parties.calleeMedia.local.port} f;1 t;1`,
    `Lc0 early ${CALLEE_HOST} ${parties.calleeMedia.local.port} f;1 t;1`,
    'D early t f',
  ]);
  assert.equal(second, first);
  await assertNoSessions();
});

test('a call that is cancelled, and one that is refused, are deleted', async (t) => {
  const parties = await openParties(t, proxy);
  const offer = (callId: string) => `Uc0 ${callId} ${CALLER_HOST} ${parties.callerMedia.local.port} f;1`;
  const cancelled = await invite(parties, 'cancelled');
  cancelled.request.reply(180);
  await cancelled.exchange.response(180);
  const cancel = cancelled.exchange.cancel();
  await cancel.response(200);
  (await cancelled.calleeSide.request('CANCEL')).reply(200);
  cancelled.request.reply(487);
  await cancelled.exchange.response(487);
  await assertAsked(daemon, 'cancelled', [offer('cancelled'), 'D cancelled f']);

  const refused = await invite(parties, 'refused');
  refused.request.reply(183, content(sdpOf(parties.calleeMedia)));
  await refused.exchange.response(183);
  refused.request.reply(486);
  await refused.exchange.response(486);
  await assertAsked(daemon, 'refused', [
    offer('refused'),
    `Lc0 refused ${CALLEE_HOST} ${parties.calleeMedia.local.port} f;1 t;1`,
    'D refused f',
  ]);
  await assertNoSessions();
});

test('an INVITE without SDP: the callee offers in the 200, the caller answers in the ACK', async (t) => {
  const parties = await openParties(t, proxy);
  const callerSide = parties.caller.call(parties.callee.uri, { callId: 'late', tag: 'f' });
  const exchange = callerSide.send('INVITE');
  const calleeSide = await parties.callee.incoming();
  (await calleeSide.request('INVITE')).reply(200, content(sdpOf(parties.calleeMedia)));
  const forCaller = mediaIn((await exchange.response(200)).body);
  exchange.ack(content(sdpOf(parties.callerMedia)));
  const forCallee = mediaIn((await calleeSide.request('ACK')).message.body);
  await assertTalking({ ...parties, callerSide, calleeSide, forCaller, forCallee });
  await hangUp(callerSide, calleeSide);
  await assertAsked(daemon, 'late', [
    `Uc0 late ${CALLEE_HOST} ${parties.calleeMedia.local.port} t;1 f;1`,
    `Lc0 late ${CALLER_HOST} ${parties.callerMedia.local.port} t;1 f;1`,
    'D late f t',
  ]);
  await assertNoSessions();
});

test('re-INVITEs of both sides: new addresses, and the ports of the relay stay', async (t) => {
  const parties = await openParties(t, proxy);
  const talk = await startTalk(parties, 'again');
  await assertTalking(talk);
  const ports = { offer: talk.forCallee, answer: talk.forCaller };

  const callerMedia = await UdpPeer.open(t, CALLER_HOST);
  const first = await renegotiate(
    talk.callerSide,
    talk.calleeSide,
    content(sdpOf(callerMedia, {}, 2)),
    content(sdpOf(parties.calleeMedia)),
  );
  assert.deepEqual({ offer: mediaIn(first.offer), answer: mediaIn(first.answer) }, ports);
  await assertTalking({ ...talk, callerMedia });

  const calleeMedia = await UdpPeer.open(t, CALLEE_HOST);
  const second = await renegotiate(
    talk.calleeSide,
    talk.callerSide,
    content(sdpOf(calleeMedia, {}, 2)),
    content(sdpOf(callerMedia, {}, 2)),
  );
  assert.deepEqual({ offer: mediaIn(second.answer), answer: mediaIn(second.offer) }, ports);
  await assertTalking({ ...talk, callerMedia, calleeMedia });

  await hangUp(talk.callerSide, talk.calleeSide);
  const [caller, callee] = [callerMedia.local.port, calleeMedia.local.port];
  const oldCallee = `${CALLEE_HOST} ${parties.calleeMedia.local.port}`;
  const replies = await assertAsked(daemon, 'again', [
    `Uc0 again ${CALLER_HOST} ${parties.callerMedia.local.port} f;1`,
    `Lc0 again ${oldCallee} f;1 t;1`,
    `Uc0 again ${CALLER_HOST} ${caller} f;1 t;1`,
    `Lc0 again ${oldCallee} f;1 t;1`,
    `Uc0 again ${CALLEE_HOST} ${callee} t;1 f;1`,
    `Lc0 again ${CALLER_HOST} ${caller} t;1 f;1`,
    'D again f t',
  ]);
  const wanted = [ports.offer, ports.answer, ports.offer, ports.answer, ports.answer, ports.offer];
  assert.deepEqual(
    replies.slice(0, 6).map((reply) => portIn(`${reply}\n`)),
    wanted,
  );
  await assertNoSessions();
});

test('hold in the new and in the old way, and back', async (t) => {
  const parties = await openParties(t, proxy);
  const { caller, callee, callerMedia, calleeMedia } = parties;
  const talk = await startTalk(parties, 'hold');
  await assertTalking(talk);

  const held = await renegotiate(
    talk.callerSide,
    talk.calleeSide,
    content(sdpOf(callerMedia, { direction: 'sendonly' }, 2)),
    content(sdpOf(calleeMedia, { direction: 'recvonly' }, 2)),
  );
  const { host, port } = talk.forCallee;
  assert.deepEqual(parseSdp(held.offer), [stream(host, port, { direction: 'sendonly' })]);
  assert.deepEqual(mediaIn(held.answer), talk.forCaller);
  // Music on hold, and whoever listens to it still reports.
  await assertTalking(talk);

  const old = await renegotiate(
    talk.callerSide,
    talk.calleeSide,
    content(formatSdp([stream('0.0.0.0', callerMedia.local.port)], 3)),
    content(sdpOf(calleeMedia, {}, 3)),
  );
  // Kamailio lets the null address through; the port is the relay's.
  assert.deepEqual(parseSdp(old.offer), [stream('0.0.0.0', port)]);
  const back = await renegotiate(
    talk.callerSide,
    talk.calleeSide,
    content(sdpOf(callerMedia, {}, 4)),
    content(sdpOf(calleeMedia, {}, 4)),
  );
  assert.deepEqual([mediaIn(back.offer), mediaIn(back.answer)], [talk.forCallee, talk.forCaller]);
  await assertTalking(talk);
  await hangUp(talk.callerSide, talk.calleeSide);

  const callerAt = `${caller.host} ${callerMedia.local.port}`;
  const answer = `Lc0 hold ${callee.host} ${calleeMedia.local.port} f;1 t;1`;
  const offer = `Uc0 hold ${callerAt} f;1 t;1`;
  await assertAsked(daemon, 'hold', [
    `Uc0 hold ${callerAt} f;1`,
    answer,
    ...[offer, answer],
    // The null address is believed like any other: the daemon keeps the one it has.
    ...[`Uc0 hold 0.0.0.0 ${callerMedia.local.port} f;1 t;1`, answer],
    ...[offer, answer],
    'D hold f t',
  ]);
  await assertNoSessions();
});
