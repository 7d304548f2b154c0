import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { temporaryDirectory } from '../helpers/cleanup.ts';
import { startKamailio } from '../helpers/kamailio.ts';
import { Receiver } from '../unit/notify/receiver.ts';
import { assertAsked } from './support/command-trace.ts';
import { CAPTURED_PACKETS, notificationsOf, pressKeys } from './support/digit-captures.ts';
import { HOST, startRelay } from './support/relay.ts';
import {
  CALLEE_HOST,
  CALLER_HOST,
  content,
  hangUp,
  openParties,
  renegotiate,
  type SipTalk,
  sdpOf,
  startTalk,
} from './support/sip-call.ts';
import type { UdpPeer } from './support/udp-peer.ts';

const CAUGHT = { offer: { 'X-Digits': 'yes' }, answer: { 'X-Digits': 'yes' }, payloads: '0 101' };

/** A daemon that catches digits, a Kamailio that asks for it, and who is told. */
async function startDigits(t: TestContext) {
  const path = join(temporaryDirectory(t), 'digits');
  const receiver = await Receiver.open(t, { path });
  const args = ['-l', HOST, '-n', `unix:${path}`, '--module', 'catch_dtmf'];
  const { daemon, controlAt } = await startRelay(t, args, { logLevel: 'dbug' });
  const at = `${HOST}:${controlAt.port}`;
  const proxy = await startKamailio(t, `udp:${at}`, {
    configuration: 'kamailio-controls.cfg',
    definitions: { CONTROL_URI: `"sip:${at}"`, NOTIFY_SOCKET: `"unix:${path}"` },
  });
  return { path, receiver, daemon, proxy };
}

/** What Kamailio asks for a call whose parties have their digits caught. */
function setUp(callId: string, { callerMedia, calleeMedia }: SipTalk, path: string, tag: string): string[] {
  const offer = `Uc0,101 ${callId} ${CALLER_HOST} ${callerMedia.local.port} f;1`;
  const answer = `Lc0,101 ${callId} ${CALLEE_HOST} ${calleeMedia.local.port} f;1 t;1`;
  return [...[offer, `${offer} unix:${path} idle && M3:1 ${tag} 101`], ...[answer, `${answer} && M3:1 ${tag} 101`]];
}

async function assertHears(phone: UdpPeer, packets: number): Promise<void> {
  for (let each = 0; each < packets; each++) assert.equal((await phone.next()).data.readUInt8(1) & 0x7f, 101);
}

test('every key of both parties is told once, in order, with its duration', async (t) => {
  const { path, receiver, daemon, proxy } = await startDigits(t);
  const talk = await startTalk(await openParties(t, proxy), 'keys', CAUGHT);
  const replies = await assertAsked(daemon, 'keys', setUp('keys', talk, path, 'keys'));
  assert.deepEqual([replies[1], replies[3]], [replies[0], replies[2]]);

  const keys = '0123456789*#';
  await pressKeys(keys, talk.callerMedia, talk.forCaller);
  const ofCaller = notificationsOf('keys', keys, 0);
  await receiver.expect(ofCaller);
  await pressKeys('42', talk.calleeMedia, talk.forCallee);
  await receiver.expect(ofCaller + notificationsOf('keys', '42', 1));
  await assertHears(talk.calleeMedia, keys.length * CAPTURED_PACKETS);
  await assertHears(talk.callerMedia, 2 * CAPTURED_PACKETS);
  await hangUp(talk.callerSide, talk.calleeSide);
});

test('a Call-ID of odd characters is told as it is, and digits are told after a re-INVITE too', async (t) => {
  const { path, receiver, daemon, proxy } = await startDigits(t);
  const parties = await openParties(t, proxy);
  const callId = 'a+b%41;c@[::1]';
  const talk = await startTalk(parties, callId, CAUGHT);
  const tag = 'a%2Bb%2541%3bc%40[::1]';
  const { callerMedia, calleeMedia } = parties;
  const asked = setUp(callId, talk, path, tag);
  await assertAsked(daemon, callId, asked);
  await pressKeys('1', callerMedia, talk.forCaller);
  await receiver.expect(notificationsOf(callId, '1', 0));

  const headers = { 'X-Digits': 'yes' };
  const ofCallee = content(sdpOf(calleeMedia, { payloads: '0 101' }, 2), headers);
  const ofCaller = content(sdpOf(callerMedia, { payloads: '0 101' }, 2), headers);
  await renegotiate(talk.calleeSide, talk.callerSide, ofCallee, ofCaller);
  const offer = `Uc0,101 ${callId} ${CALLEE_HOST} ${calleeMedia.local.port} t;1 f;1`;
  const answer = `Lc0,101 ${callId} ${CALLER_HOST} ${callerMedia.local.port} t;1 f;1`;
  await assertAsked(daemon, callId, [
    ...asked,
    ...[offer, `${offer} unix:${path} idle && M3:1 ${tag} 101`],
    ...[answer, `${answer} && M3:1 ${tag} 101`],
  ]);
  await pressKeys('2', callerMedia, talk.forCaller);
  await pressKeys('3', calleeMedia, talk.forCallee);
  const told = [notificationsOf(callId, '12', 0), notificationsOf(callId, '3', 1)];
  await receiver.expect(told.join(''));
});
