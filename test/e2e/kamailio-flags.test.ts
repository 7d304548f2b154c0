import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { assertAsked } from './support/command-trace.ts';
import { startKamailioRelay } from './support/kamailio-relay.ts';
import { HOST } from './support/relay.ts';
import { rtpPacket } from './support/rtp-packet.ts';
import { assertTalking, CALLEE_HOST, CALLER_HOST, hangUp, openParties, startTalk } from './support/sip-call.ts';
import { UdpPeer } from './support/udp-peer.ts';

const EXTERNAL = '127.0.0.4';

test('bridging: the first letter is the side of the answer, the second that of the offer', async (t) => {
  const { relay, proxy } = await startKamailioRelay(t, ['-l', `${HOST}/${EXTERNAL}`]);
  for (const [flags, modifiers, offer, answer] of [
    ['coie', 'IE', EXTERNAL, HOST],
    ['coei', 'EI', HOST, EXTERNAL],
    ['coii', 'II', HOST, HOST],
    ['cox', 'IE', EXTERNAL, HOST],
  ] as const) {
    const parties = await openParties(t, proxy);
    const talk = await startTalk(parties, flags, { offer: { 'X-Flags': flags }, answer: { 'X-Flags': flags } });
    assert.deepEqual([talk.forCallee.host, talk.forCaller.host], [offer, answer], flags);
    await assertTalking(talk);
    await hangUp(talk.callerSide, talk.calleeSide);
    await assertAsked(relay.daemon, flags, [
      `U${modifiers}c0 ${flags} ${CALLER_HOST} ${parties.callerMedia.local.port} f;1`,
      `L${modifiers}c0 ${flags} ${CALLEE_HOST} ${parties.calleeMedia.local.port} f;1 t;1`,
      `D ${flags} f t`,
    ]);
  }
});

test('one letter too many is an error, and the call goes on without the relay', async (t) => {
  const { relay, proxy } = await startKamailioRelay(t);
  const parties = await openParties(t, proxy);
  const talk = await startTalk(parties, 'unbridged', { offer: { 'X-Flags': 'coie' } });
  assert.deepEqual(talk.forCallee, parties.callerMedia.local);
  const [reply] = await assertAsked(relay.daemon, 'unbridged', [
    `UIEc0 unbridged ${CALLER_HOST} ${parties.callerMedia.local.port} f;1`,
    `Lc0 unbridged ${CALLEE_HOST} ${parties.calleeMedia.local.port} f;1 t;1`,
  ]);
  assert.equal(reply, 'E12');
});

describe('flags', async () => {
  const { relay, proxy } = await startKamailioRelay({ after });
  const { daemon } = relay;

  test('a: the address of the SDP counts, and nothing is learned from packets', async (t) => {
    const parties = await openParties(t, proxy);
    const flags = { 'X-Flags': 'coa' };
    const talk = await startTalk(parties, 'asymmetric', { offer: flags, answer: flags });
    const microphone = await UdpPeer.open(t, CALLER_HOST);
    const said = rtpPacket(1);
    await microphone.send(said, talk.forCaller);
    assert.deepEqual((await parties.calleeMedia.next()).data, said);
    await assertTalking(talk);
    await assertAsked(daemon, 'asymmetric', [
      `UAc0 asymmetric ${CALLER_HOST} ${parties.callerMedia.local.port} f;1`,
      `LAc0 asymmetric ${CALLEE_HOST} ${parties.calleeMedia.local.port} f;1 t;1`,
    ]);
  });

  test('without it, and with w, the phone is where its packets come from', async (t) => {
    for (const [flags, modifier] of [
      ['co', ''],
      ['cow', 'S'],
    ] as const) {
      const callId = `symmetric-${flags}`;
      const parties = await openParties(t, proxy);
      const talk = await startTalk(parties, callId, { offer: { 'X-Flags': flags }, answer: { 'X-Flags': flags } });
      // As behind a NAT: the SDP has another port than the packets.
      await assertTalking({ ...talk, callerMedia: await UdpPeer.open(t, CALLER_HOST) });
      await assertAsked(daemon, callId, [
        `U${modifier}c0 ${callId} ${CALLER_HOST} ${parties.callerMedia.local.port} f;1`,
        `L${modifier}c0 ${callId} ${CALLEE_HOST} ${parties.calleeMedia.local.port} f;1 t;1`,
      ]);
    }
  });

  test('r: the address in the SDP, not the one of the signalling', async (t) => {
    const parties = await openParties(t, proxy);
    const callerMedia = await UdpPeer.open(t, '127.0.0.9');
    const talk = await startTalk({ ...parties, callerMedia }, 'trusted', { offer: { 'X-Flags': 'cor' } });
    const said = rtpPacket(1);
    await parties.calleeMedia.send(said, talk.forCallee);
    assert.deepEqual((await callerMedia.next()).data, said);
    await assertTalking(talk);
    await assertAsked(daemon, 'trusted', [
      `Uc0 trusted 127.0.0.9 ${callerMedia.local.port} f;1`,
      `Lc0 trusted ${CALLEE_HOST} ${parties.calleeMedia.local.port} f;1 t;1`,
    ]);
  });

  test('z20: packets of 20 ms for the other party', async (t) => {
    const parties = await openParties(t, proxy);
    const { callerMedia, calleeMedia } = parties;
    const talk = await startTalk(parties, 'resized', { offer: { 'X-Flags': 'coz20' } });
    const halves = [0, 1].map((seq) => rtpPacket(seq, { payloadBytes: 80 }));
    for (const [index, half] of halves.entries()) half.writeUInt32BE(index * 80, 4);
    for (const half of halves) await callerMedia.send(half, talk.forCaller);
    const { data } = await calleeMedia.next();
    assert.deepEqual(data.subarray(12), Buffer.concat(halves.map((half) => half.subarray(12))));
    await assertAsked(daemon, 'resized', [
      `UZ20c0 resized ${CALLER_HOST} ${callerMedia.local.port} f;1`,
      `Lc0 resized ${CALLEE_HOST} ${calleeMedia.local.port} f;1 t;1`,
    ]);
  });

  test('b: more after the Call-ID; an address of the script replaces the one of the reply', async (t) => {
    const parties = await openParties(t, proxy);
    const headers = { 'X-Flags': 'cob', 'X-Leg': 'leg-7' };
    const wishes = { offer: { ...headers, 'X-Address': '192.0.2.1' }, answer: headers };
    const talk = await startTalk(parties, 'extended', wishes);
    assert.equal(talk.forCallee.host, '192.0.2.1');
    await assertTalking({ ...talk, forCallee: { ...talk.forCallee, host: HOST } });
    const bye = talk.callerSide.send('BYE', { headers });
    (await talk.calleeSide.request('BYE')).reply(200);
    await bye.response(200);
    const replies = await assertAsked(daemon, 'extended;leg-7', [
      `Uc0 extended;leg-7 ${CALLER_HOST} ${parties.callerMedia.local.port} f;1`,
      `Lc0 extended;leg-7 ${CALLEE_HOST} ${parties.calleeMedia.local.port} f;1 t;1`,
      'D extended;leg-7 f t',
    ]);
    assert.equal(replies[2], '0');
  });
});
