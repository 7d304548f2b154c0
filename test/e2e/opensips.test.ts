import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryDirectory } from '../helpers/cleanup.ts';
import { recipeFor } from '../helpers/recipe.ts';
import { headerOf } from '../helpers/sip/message.ts';
import { formatSdp, stream } from '../helpers/sip/sdp.ts';
import { assertAsked } from './support/command-trace.ts';
import { startOpenSipsRelay, WITH_OPENSIPS } from './support/opensips-relay.ts';
import { packetsOf, written } from './support/recorded-call.ts';
import { HOST } from './support/relay.ts';
import {
  act,
  assertTalking,
  CALLEE_HOST,
  CALLER_HOST,
  content,
  hangUp,
  invite,
  mediaIn,
  openParties,
  type Parties,
  renegotiate,
  sdpOf,
  startTalk,
} from './support/sip-call.ts';
import { UdpPeer } from './support/udp-peer.ts';

function setUp(callId: string, { callerMedia, calleeMedia }: Parties, modifiers = ''): string[] {
  return [
    `U${modifiers}c0 ${callId} ${CALLER_HOST} ${callerMedia.local.port} f;1`,
    `L${modifiers}c0 ${callId} ${CALLEE_HOST} ${calleeMedia.local.port} f;1 t;1`,
  ];
}

test('calls through OpenSIPS: early media, re-INVITE, hold, an offer in the 200, failure', WITH_OPENSIPS, async (t) => {
  const { relay, proxy } = await startOpenSipsRelay(t);
  const parties = await openParties(t, proxy);
  const { callerMedia, calleeMedia } = parties;

  const early = await invite(parties, 'early');
  early.request.reply(183, content(sdpOf(calleeMedia)));
  const forCaller = mediaIn((await early.exchange.response(183)).body);
  const talk = { ...parties, ...early, forCaller, forCallee: mediaIn(early.request.message.body) };
  await assertTalking(talk);
  early.request.reply(200, content(sdpOf(calleeMedia)));
  assert.deepEqual(mediaIn((await early.exchange.response(200)).body), forCaller);
  early.exchange.ack();
  await early.calleeSide.request('ACK');

  const newMedia = await UdpPeer.open(t, CALLEE_HOST);
  const { offer, answer } = await renegotiate(
    early.calleeSide,
    early.callerSide,
    content(sdpOf(newMedia, { direction: 'sendonly' }, 2)),
    content(sdpOf(callerMedia, { direction: 'recvonly' }, 2)),
  );
  assert.deepEqual([mediaIn(offer), mediaIn(answer)], [forCaller, talk.forCallee]);
  await assertTalking({ ...talk, calleeMedia: newMedia });
  const held = await renegotiate(
    early.callerSide,
    early.calleeSide,
    content(formatSdp([stream('0.0.0.0', callerMedia.local.port)], 3)),
    content(sdpOf(newMedia, {}, 3)),
  );
  assert.equal(mediaIn(held.offer).port, talk.forCallee.port);
  await hangUp(early.calleeSide, early.callerSide);
  const [first = '', second = ''] = setUp('early', parties);
  const at = `${CALLEE_HOST} ${newMedia.local.port}`;
  await assertAsked(relay.daemon, 'early', [
    ...[first, second, second],
    `Uc0 early ${at} t;1 f;1`,
    `Lc0 early ${CALLER_HOST} ${callerMedia.local.port} t;1 f;1`,
    `Uc0 early 0.0.0.0 ${callerMedia.local.port} f;1 t;1`,
    `Lc0 early ${at} f;1 t;1`,
    'D early t f',
  ]);

  const refused = await invite(parties, 'refused');
  refused.request.reply(486);
  await refused.exchange.response(486);
  await assertAsked(relay.daemon, 'refused', [setUp('refused', parties)[0] ?? '', 'D refused f']);

  const late = parties.caller.call(parties.callee.uri, { callId: 'late', tag: 'f' });
  const exchange = late.send('INVITE');
  const calleeSide = await parties.callee.incoming();
  (await calleeSide.request('INVITE')).reply(200, content(sdpOf(calleeMedia)));
  const lateForCaller = mediaIn((await exchange.response(200)).body);
  exchange.ack(content(sdpOf(callerMedia)));
  const forCallee = mediaIn((await calleeSide.request('ACK')).message.body);
  await assertTalking({ ...parties, callerSide: late, calleeSide, forCaller: lateForCaller, forCallee });
  await hangUp(late, calleeSide);
  await assertAsked(relay.daemon, 'late', [
    `Uc0 late ${CALLEE_HOST} ${calleeMedia.local.port} t;1 f;1`,
    `Lc0 late ${CALLER_HOST} ${callerMedia.local.port} t;1 f;1`,
    'D late f t',
  ]);
  assert.match(await relay.control.command('I'), /^active sessions: 0$/m);
});

test('the documented configuration of OpenSIPS', WITH_OPENSIPS, async (t) => {
  const recipe = recipeFor('opensips');
  const { relay, proxy } = await startOpenSipsRelay(t, [], { routes: recipe.slice(recipe.indexOf('route[relay]')) });
  const parties = await openParties(t, proxy);
  const talk = await startTalk(parties, 'recipe');
  await assertTalking(talk);
  await hangUp(talk.callerSide, talk.calleeSide);
  const refused = await invite(parties, 'busy');
  refused.request.reply(486);
  await refused.exchange.response(486);
  await assertAsked(relay.daemon, 'recipe', [...setUp('recipe', parties), 'D recipe f t']);
  await assertAsked(relay.daemon, 'busy', [setUp('busy', parties)[0] ?? '', 'D busy f']);

  // Loopback addresses are private ones for OpenSIPS.
  for (const [says, told] of [
    ['192.0.2.7', '192.0.2.7'],
    ['10.1.2.3', CALLER_HOST],
    ['192.168.1.20', CALLER_HOST],
  ] as const) {
    const exchange = parties.caller
      .call(parties.callee.uri, { callId: `says-${says}`, tag: 'f' })
      .send('INVITE', content(formatSdp([stream(says, 4000)])));
    (await (await parties.callee.incoming()).request('INVITE')).reply(486);
    await exchange.response(486);
    await assertAsked(relay.daemon, `says-${says}`, [`Uc0 says-${says} ${told} 4000 f;1`, `D says-${says} f`]);
  }
});

test('flags of OpenSIPS: unknown letters arrive, autobridging names the next hop', WITH_OPENSIPS, async (t) => {
  const { relay, proxy } = await startOpenSipsRelay(t, [], { autobridge: true });
  const parties = await openParties(t, proxy);
  const callerAt = `${CALLER_HOST} ${parties.callerMedia.local.port}`;
  const talk = await startTalk(parties, 'bridge', { offer: { 'X-Flags': 'coaz20' }, answer: { 'X-Flags': 'cos' } });
  await assertTalking({ ...talk, callerMedia: parties.callerMedia });
  await hangUp(talk.callerSide, talk.calleeSide);
  await assertAsked(relay.daemon, 'bridge', [
    `UAZ20R${CALLEE_HOST}c0 bridge ${callerAt} f;1`,
    `LSR${CALLER_HOST}c0 bridge ${CALLEE_HOST} ${parties.calleeMedia.local.port} f;1 t;1`,
    'D bridge f t',
  ]);
  const odd = await startTalk(parties, 'odd', { offer: { 'X-Flags': 'coq' } });
  assert.deepEqual(odd.forCallee, parties.callerMedia.local);
  const [reply] = await assertAsked(relay.daemon, 'odd', [
    `UqR${CALLEE_HOST}c0 odd ${callerAt} f;1`,
    `LR${CALLER_HOST}c0 odd ${CALLEE_HOST} ${parties.calleeMedia.local.port} f;1 t;1`,
  ]);
  assert.equal(reply, 'E35');

  // The sub-command belongs to a module that is not loaded: it makes no session.
  const dtmf = await startTalk(parties, 'digits', { offer: { 'X-Flags': 'cod96' } });
  assert.deepEqual(dtmf.forCallee, parties.callerMedia.local);
  const [refused] = await assertAsked(relay.daemon, 'digits', [
    `UR${CALLEE_HOST}c0 digits ${callerAt} f;1 ${proxy.notifySocket.slice(5)} I && M3:1 Dcdigits 96`,
    `LR${CALLER_HOST}c0 digits ${CALLEE_HOST} ${parties.calleeMedia.local.port} f;1 t;1`,
  ]);
  assert.equal(refused, 'E3');
  assert.match(await relay.control.command('I'), /^active sessions: 0$/m);
});

test('recording, copies, prompts and statistics of OpenSIPS', WITH_OPENSIPS, async (t) => {
  const recordings = temporaryDirectory(t);
  const { relay, proxy } = await startOpenSipsRelay(t, ['-r', recordings]);
  const { daemon } = relay;
  const parties = await openParties(t, proxy);
  const record = { 'X-Record': 'yes' };
  const talk = await startTalk(parties, 'media', { offer: record, answer: record });
  const said = await assertTalking(talk);

  const listener = await UdpPeer.open(t, HOST);
  const destination = `udp:${HOST}:${listener.local.port}`;
  const copied = await startTalk(parties, 'copied');
  await act(copied, 'copy', { 'X-Destination': destination }).response(200);
  const [copy] = await assertTalking(copied);
  assert.deepEqual((await listener.next()).data, copy);

  writeFileSync(join(daemon.directory, 'moh.0'), Buffer.alloc(800, 0x55));
  for (const [who, listen] of [
    ['caller', talk.callerMedia],
    ['callee', talk.calleeMedia],
  ] as const) {
    await act(talk, `play-to-${who}`, { 'X-Prompt': 'moh' }).response(200);
    assert.deepEqual((await listen.next()).data.subarray(12), Buffer.alloc(80, 0x55));
    await act(talk, `stop-to-${who}`).response(200);
  }
  const few = headerOf(await act(talk, 'statistics').response(200), 'X-Statistics');
  assert.equal(few, '1 1 2 0');
  const all = headerOf(await act(talk, 'all-statistics').response(200), 'X-Statistics');
  assert.match(all, /^(59|60), 1, 1, 2, 0, 1, 1, 0, 0, 0$/);
  await hangUp(talk.callerSide, talk.calleeSide);

  const [offer = '', answer = ''] = setUp('media', parties);
  const replies = await assertAsked(daemon, 'media', [
    ...[offer, 'R media f', answer, 'R media t f'],
    ...['P-1 media moh session f;1 t;1', 'S media f;1 t;1'],
    ...['P2 media moh session t;1 f;1', 'S media t;1 f;1'],
    'Q media f;1 t;1',
    'Q media f;1 t;1 ttl npkts_ina npkts_ino nrelayed ndropped',
    'Q media f;1 t;1 rtpa_nsent rtpa_nrcvd rtpa_ndups rtpa_nlost rtpa_perrs',
    'D media f t',
  ]);
  assert.ok(!replies.some((reply) => reply.startsWith('E')), `${replies}`);
  await assertAsked(daemon, 'copied', [...setUp('copied', parties), `C copied ${destination} f;1 t;1`]);
  assert.deepEqual(
    readdirSync(recordings).sort(),
    ['a.rtcp', 'a.rtp', 'o.rtcp', 'o.rtp'].map((end) => `media=f.${end}`),
  );
  for (const [index, name] of ['media=f.o.rtp', 'media=f.a.rtp'].entries()) {
    await written(recordings, name, 1);
    assert.deepEqual(packetsOf(recordings, name), [said[index]]);
  }
});

test('rtpproxy_engage() and rtp_relay', WITH_OPENSIPS, async (t) => {
  const { relay, proxy } = await startOpenSipsRelay(t);
  const parties = await openParties(t, proxy);
  // Both delete, and so does the script of the test. The delete of rtp_relay lacks the from-tag, so it matches nothing.
  for (const [callId, first, deleted] of [
    ['X-Engage', 'D X-Engage f t', ['0', 'E50']],
    ['X-Relay', 'D X-Relay  t', ['E50', '0']],
  ] as const) {
    const talk = await startTalk(parties, callId, { offer: { [callId]: 'yes' } });
    await assertTalking(talk);
    await hangUp(talk.callerSide, talk.calleeSide);
    const replies = await assertAsked(relay.daemon, callId, [...setUp(callId, parties), first, `D ${callId} f t`]);
    assert.deepEqual(replies.slice(2), deleted);
  }
});
