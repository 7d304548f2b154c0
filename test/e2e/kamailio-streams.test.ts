import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { SipPhone } from '../helpers/sip/phone.ts';
import { formatSdp, parseSdp, type SdpStream, stream } from '../helpers/sip/sdp.ts';
import { assertAsked } from './support/command-trace.ts';
import { startKamailioRelay } from './support/kamailio-relay.ts';
import { counters, HOST } from './support/relay.ts';
import {
  assertTalking,
  CALLEE_HOST,
  CALLER_HOST,
  content,
  hangUp,
  mediaIn,
  openParties,
  renegotiate,
  startTalk,
} from './support/sip-call.ts';
import { UdpPeer } from './support/udp-peer.ts';

const V6 = '::1';
const { relay, proxy } = await startKamailioRelay({ after }, ['-l', HOST, '-6', `/${V6}`], { ipv6: true });
const { daemon, control } = relay;
const proxyV6 = { ...proxy, host: V6 };

const video = (socket: UdpPeer): SdpStream => streamAt(socket, { media: 'video', payloads: '96 97' });

function streamAt({ local }: UdpPeer, rest: Partial<SdpStream> = {}): SdpStream {
  return stream(local.host, local.port, rest);
}

async function assertIdle(): Promise<void> {
  assert.deepEqual(await counters(control, 'nsess_created', 'nsess_destroyed').then(([a, b]) => a === b), true);
}

test('audio and video: one session for each, all deleted at once', async (t) => {
  const parties = await openParties(t, proxy);
  const [callerVideo, calleeVideo] = [await UdpPeer.open(t, CALLER_HOST), await UdpPeer.open(t, CALLEE_HOST)];
  const { callerMedia, calleeMedia } = parties;
  const talk = await startTalk(parties, 'film');
  await assertTalking(talk);

  const { offer, answer } = await renegotiate(
    talk.callerSide,
    talk.calleeSide,
    content(formatSdp([streamAt(callerMedia), video(callerVideo)], 2)),
    content(formatSdp([streamAt(calleeMedia), video(calleeVideo)], 2)),
  );
  assert.deepEqual([mediaIn(offer), mediaIn(answer)], [talk.forCallee, talk.forCaller]);
  await assertTalking(talk);
  const film = { forCaller: mediaIn(answer, 1), forCallee: mediaIn(offer, 1) };
  await assertTalking({ ...talk, ...film, callerMedia: callerVideo, calleeMedia: calleeVideo });
  await hangUp(talk.callerSide, talk.calleeSide);
  await assertAsked(daemon, 'film', [
    `Uc0 film ${CALLER_HOST} ${callerMedia.local.port} f;1`,
    `Lc0 film ${CALLEE_HOST} ${calleeMedia.local.port} f;1 t;1`,
    `Uc0 film ${CALLER_HOST} ${callerMedia.local.port} f;1 t;1`,
    `Uc96,97 film ${CALLER_HOST} ${callerVideo.local.port} f;2 t;2`,
    `Lc0 film ${CALLEE_HOST} ${calleeMedia.local.port} f;1 t;1`,
    `Lc96,97 film ${CALLEE_HOST} ${calleeVideo.local.port} f;2 t;2`,
    'D film f t',
  ]);
  await assertIdle();
});

test('a refused stream has port 0 in the command, and stays refused', async (t) => {
  const parties = await openParties(t, proxy);
  const { callerMedia, calleeMedia } = parties;
  const callerVideo = await UdpPeer.open(t, CALLER_HOST);
  const callerSide = parties.caller.call(parties.callee.uri, { callId: 'sound', tag: 'f' });
  const exchange = callerSide.send('INVITE', content(formatSdp([streamAt(callerMedia), video(callerVideo)])));
  const calleeSide = await parties.callee.incoming();
  const request = await calleeSide.request('INVITE');
  const forCallee = mediaIn(request.message.body);
  request.reply(200, content(formatSdp([streamAt(calleeMedia), { ...video(calleeMedia), port: 0 }])));
  const answer = (await exchange.response(200)).body;
  exchange.ack();
  await calleeSide.request('ACK');
  assert.equal(mediaIn(answer, 1).port, 0);
  await assertTalking({ ...parties, callerSide, calleeSide, forCaller: mediaIn(answer), forCallee });
  await hangUp(callerSide, calleeSide);
  const replies = await assertAsked(daemon, 'sound', [
    `Uc0 sound ${CALLER_HOST} ${callerMedia.local.port} f;1`,
    `Uc96,97 sound ${CALLER_HOST} ${callerVideo.local.port} f;2`,
    `Lc0 sound ${CALLEE_HOST} ${calleeMedia.local.port} f;1 t;1`,
    `Lc96,97 sound ${CALLEE_HOST} 0 f;2 t;2`,
    'D sound f t',
  ]);
  assert.match(replies[3] ?? '', /^[1-9]\d+ 127\.0\.0\.1$/);
  await assertIdle();
});

test('from IPv4 to IPv6, with flag x', async (t) => {
  const parties = await openParties(t, proxy, { callee: V6, calleeProxy: proxyV6 });
  const flags = { 'X-Flags': 'cox' };
  const talk = await startTalk(parties, 'up', { offer: flags, answer: flags });
  assert.deepEqual([talk.forCallee.host, talk.forCaller.host], [V6, HOST]);
  await assertTalking(talk);
  await hangUp(talk.calleeSide, talk.callerSide);
  await assertAsked(daemon, 'up', [
    `UIEc0 up ${CALLER_HOST} ${parties.callerMedia.local.port} f;1`,
    `LEI6c0 up ${V6} ${parties.calleeMedia.local.port} f;1 t;1`,
    'D up t f',
  ]);
  await assertIdle();
});

test('two IPv6 streams: the second command has the letter twice', async (t) => {
  const caller = await SipPhone.open(t, V6, proxyV6);
  const parties = { ...(await openParties(t, proxyV6, { caller: V6, callee: V6 })), caller };
  const [callerVideo, calleeVideo] = [await UdpPeer.open(t, V6), await UdpPeer.open(t, V6)];
  const flags = { 'X-Flags': 'coee' };
  const talk = await startTalk(parties, 'six', { offer: flags, answer: flags });
  await assertTalking(talk);
  const { offer } = await renegotiate(
    talk.callerSide,
    talk.calleeSide,
    content(formatSdp([streamAt(parties.callerMedia), video(callerVideo)], 2), flags),
    content(formatSdp([streamAt(parties.calleeMedia), video(calleeVideo)], 2), flags),
  );
  assert.deepEqual(
    parseSdp(offer).map(({ host }) => host),
    [V6, V6],
  );
  await hangUp(talk.callerSide, talk.calleeSide);
  const [audio, film] = [parties.callerMedia.local.port, callerVideo.local.port];
  const [calleeAudio, calleeFilm] = [parties.calleeMedia.local.port, calleeVideo.local.port];
  await assertAsked(daemon, 'six', [
    `UEE6c0 six ${V6} ${audio} f;1`,
    `LEE6c0 six ${V6} ${calleeAudio} f;1 t;1`,
    `UEE6c0 six ${V6} ${audio} f;1 t;1`,
    `UEE66c96,97 six ${V6} ${film} f;2 t;2`,
    `LEE6c0 six ${V6} ${calleeAudio} f;1 t;1`,
    `LEE66c96,97 six ${V6} ${calleeFilm} f;2 t;2`,
    'D six f t',
  ]);
  await assertIdle();
});

test('rubbish in the command of a second stream with flag z hurts nobody', async (t) => {
  const parties = await openParties(t, proxy);
  const two = formatSdp([streamAt(parties.callerMedia), video(await UdpPeer.open(t, CALLER_HOST))]);
  const callerSide = parties.caller.call(parties.callee.uri, { callId: 'rubbish', tag: 'f' });
  const exchange = callerSide.send('INVITE', content(two, { 'X-Flags': 'coz40' }));
  const calleeSide = await parties.callee.incoming();
  (await calleeSide.request('INVITE')).reply(488);
  await exchange.response(488);

  const next = await startTalk(parties, 'after');
  await assertTalking(next);
  await hangUp(next.callerSide, next.calleeSide);
  await assertAsked(daemon, 'after', [
    `Uc0 after ${CALLER_HOST} ${parties.callerMedia.local.port} f;1`,
    `Lc0 after ${CALLEE_HOST} ${parties.calleeMedia.local.port} f;1 t;1`,
    'D after f t',
  ]);
  await assertIdle();
});
