import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { temporaryDirectory } from '../helpers/cleanup.ts';
import { headerOf } from '../helpers/sip/message.ts';
import { assertAsked } from './support/command-trace.ts';
import { startKamailioRelay } from './support/kamailio-relay.ts';
import { packetsOf, written } from './support/recorded-call.ts';
import { HOST } from './support/relay.ts';
import { rtpPacket } from './support/rtp-packet.ts';
import {
  act,
  assertTalking,
  CALLEE_HOST,
  CALLER_HOST,
  hangUp,
  openParties,
  type SipTalk,
  startTalk,
} from './support/sip-call.ts';
import type { UdpPeer } from './support/udp-peer.ts';

const PROMPT_PACKETS = 5;
/** 10 ms of G.711. */
const PROMPT_BYTES = 80;

const recordings = temporaryDirectory({ after });
const { relay, proxy } = await startKamailioRelay({ after }, ['-l', HOST, '-r', recordings]);
const { daemon } = relay;

function setUp(callId: string, { callerMedia, calleeMedia }: SipTalk, payloads = '0'): string[] {
  return [
    `Uc${payloads} ${callId} ${CALLER_HOST} ${callerMedia.local.port} f;1`,
    `Lc${payloads} ${callId} ${CALLEE_HOST} ${calleeMedia.local.port} f;1 t;1`,
  ];
}

function filesOf(callId: string): string[] {
  return readdirSync(recordings)
    .filter((name) => name.startsWith(`${callId}=`))
    .sort();
}

/** A prompt in the daemon's working directory, for that payload type, which is also each byte of it. */
function writePrompt(name: string, payloadType: number): void {
  writeFileSync(
    join(daemon.directory, `${name}.${payloadType}`),
    Buffer.alloc(PROMPT_PACKETS * PROMPT_BYTES, payloadType),
  );
}

async function assertHears(phone: UdpPeer, payloadType: number, packets: number): Promise<void> {
  for (let i = 0; i < packets; i++) {
    const { data } = await phone.next();
    assert.equal(data.readUInt8(1) & 0x7f, payloadType);
    assert.deepEqual(data.subarray(12), Buffer.alloc(PROMPT_BYTES, payloadType));
  }
}

/** What the phone hears of the other one's packets: prompt packets that were on their way are passed over. */
async function assertHearsAgain(phone: UdpPeer, speaker: UdpPeer, through: SipTalk['forCallee']): Promise<void> {
  const said = rtpPacket(1);
  await speaker.send(said, through);
  for (;;) {
    const { data } = await phone.next();
    if (data.length === said.length) return assert.deepEqual(data, said);
  }
}

test('start_recording() for the request and the reply records both directions', async (t) => {
  const record = { 'X-Record': 'yes' };
  const talk = await startTalk(await openParties(t, proxy), 'taped', { offer: record, answer: record });
  const first = await assertTalking(talk);
  const second = await assertTalking(talk);
  await hangUp(talk.callerSide, talk.calleeSide);

  const [offer = '', answer = ''] = setUp('taped', talk);
  const replies = await assertAsked(daemon, 'taped', [offer, 'R taped f', answer, 'R taped t f', 'D taped f t']);
  assert.deepEqual([replies[1], replies[3], replies[4]], ['0', '0', '0']);
  assert.deepEqual(
    filesOf('taped'),
    ['a.rtcp', 'a.rtp', 'o.rtcp', 'o.rtp'].map((name) => `taped=f.${name}`),
  );
  for (const [index, name] of ['taped=f.o.rtp', 'taped=f.a.rtp'].entries()) {
    await written(recordings, name, 2);
    assert.deepEqual(packetsOf(recordings, name), [first[index], second[index]]);
  }
});

test('start_recording() in the middle of a call: one direction, from then on', async (t) => {
  const talk = await startTalk(await openParties(t, proxy), 'later');
  await assertTalking(talk);
  await act(talk, 'record').response(200);
  const [said] = await assertTalking(talk);
  await hangUp(talk.callerSide, talk.calleeSide);
  await assertAsked(daemon, 'later', [...setUp('later', talk), 'R later f t', 'D later f t']);
  assert.deepEqual(filesOf('later'), ['later=f.o.rtcp', 'later=f.o.rtp']);
  await written(recordings, 'later=f.o.rtp', 1);
  assert.deepEqual(packetsOf(recordings, 'later=f.o.rtp'), [said]);
});

test('rtpproxy_stream2uac(): an endless prompt for the caller, until it is stopped', async (t) => {
  const talk = await startTalk(await openParties(t, proxy), 'music');
  await assertTalking(talk);
  writePrompt('moh', 0);
  await act(talk, 'play-to-caller', { 'X-Prompt': 'moh' }).response(200);
  await assertHears(talk.callerMedia, 0, 3 * PROMPT_PACKETS);
  await act(talk, 'stop-to-caller').response(200);
  await assertHearsAgain(talk.callerMedia, talk.calleeMedia, talk.forCallee);
  await hangUp(talk.callerSide, talk.calleeSide);
  const replies = await assertAsked(daemon, 'music', [
    ...setUp('music', talk),
    'P-1 music moh session f;1 t;1',
    'S music f;1 t;1',
    'D music f t',
  ]);
  assert.deepEqual(replies.slice(2), ['0', '0', '0']);
});

test('rtpproxy_stream2uas(): twice for the callee, in the codec that the call has', async (t) => {
  const talk = await startTalk(await openParties(t, proxy), 'greeting', { payloads: '18 8' });
  await assertTalking(talk);
  writePrompt('hello', 0);
  writePrompt('hello', 8);
  await act(talk, 'play-to-callee', { 'X-Prompt': 'hello' }).response(200);
  await assertHears(talk.calleeMedia, 8, 2 * PROMPT_PACKETS);
  await act(talk, 'stop-to-callee').response(200);
  await assertTalking(talk);
  // Kamailio does not look at the reply.
  await act(talk, 'play-to-callee', { 'X-Prompt': 'none' }).response(200);
  await hangUp(talk.callerSide, talk.calleeSide);
  const replies = await assertAsked(daemon, 'greeting', [
    ...setUp('greeting', talk, '18,8'),
    'P2 greeting hello session t;1 f;1',
    'S greeting t;1 f;1',
    'P2 greeting none session t;1 f;1',
    'D greeting f t',
  ]);
  assert.deepEqual(replies.slice(2), ['0', '0', 'E60', '0']);
});

test('$rtpstat is the reply to Q', async (t) => {
  const talk = await startTalk(await openParties(t, proxy), 'figures');
  await assertTalking(talk);
  await assertTalking(talk);
  const statistics = headerOf(await act(talk, 'statistics').response(200), 'X-Statistics');
  assert.match(statistics, /^(59|60) 2 2 4 0$/);
  await act(talk, 'destroy').response(200);
  // Nobody is there any more.
  assert.equal(headerOf(await act(talk, 'statistics').response(200), 'X-Statistics'), 'E50');
  await hangUp(talk.callerSide, talk.calleeSide);
  const replies = await assertAsked(daemon, 'figures', [
    ...setUp('figures', talk),
    'Q figures f;1 t',
    'D figures f t',
    'Q figures f;1 t',
    'D figures f t',
  ]);
  assert.deepEqual(replies.slice(2), [statistics, '0', 'E50', 'E50']);
});
