import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { assertRelayed, counters, HOST, rtcpOf, sessionFigures, setUpCall, startRelay } from './support/relay.ts';
import { rtcpPacket, rtpPacket } from './support/rtp-packet.ts';
import { UdpPeer } from './support/udp-peer.ts';

/** Longest datagram that is relayed whole (media.md 3.1). */
const MAX_DATAGRAM = 8192;

/** Everything that is no RTP, or hardly. */
const ODD_PACKETS: readonly (readonly [string, Buffer])[] = [
  ['an empty datagram', Buffer.alloc(0)],
  ['one byte', Buffer.from([0x80])],
  ['a header cut short', rtpPacket(1).subarray(0, 11)],
  ['a header without a payload', rtpPacket(2, { payloadBytes: 0 })],
  ['more CSRCs than bytes', Buffer.concat([Buffer.from([0x8f]), rtpPacket(3).subarray(1, 20)])],
  ['more padding than bytes', Buffer.concat([Buffer.from([0xa0]), randomBytes(19), Buffer.from([255])])],
  [
    'an extension beyond the end',
    Buffer.concat([Buffer.from([0x90]), rtpPacket(4).subarray(1, 14), Buffer.from([255, 255])]),
  ],
  ['RTP of version 0', Buffer.concat([Buffer.from([0x00]), rtpPacket(5).subarray(1)])],
  ['a STUN request', Buffer.from('000100002112a442000102030405060708090a0b', 'hex')],
  ['a DTLS record', Buffer.from('16feff0000000000000000000401020304', 'hex')],
  ['UDPTL', Buffer.from('000001060000', 'hex')],
  ['RTCP', rtcpPacket()],
  ['text', Buffer.from('hello')],
  ['random bytes', randomBytes(500)],
];

test('what is no RTP is relayed unchanged, on the RTP and on the RTCP ports', async (t) => {
  const { control } = await startRelay(t);
  const [caller, callee] = await Promise.all([UdpPeer.openPair(t, HOST), UdpPeer.openPair(t, HOST)]);
  const { forCaller, forCallee } = await setUpCall(control, 'c', caller[0].local, callee[0].local);
  for (const [name, packet] of ODD_PACKETS) {
    await t.test(name, async () => {
      await assertRelayed(packet, caller[0], forCaller, callee[0], forCallee);
      await assertRelayed(packet, callee[0], forCallee, caller[0], forCaller);
      await assertRelayed(packet, caller[1], rtcpOf(forCaller), callee[1], rtcpOf(forCallee));
      await assertRelayed(packet, callee[1], rtcpOf(forCallee), caller[1], rtcpOf(forCaller));
    });
  }
  await assertRelayed(rtpPacket(9), caller[1], rtcpOf(forCaller), callee[1], rtcpOf(forCallee));
  const { fromCaller, fromCallee, relayed, dropped } = await sessionFigures(control, 'c');
  const count = ODD_PACKETS.length;
  assert.deepEqual([fromCaller, fromCallee, relayed, dropped], [count, count, 2 * count, 0]);
});

test('a datagram of more than 8192 bytes is cut off there', async (t) => {
  const { control } = await startRelay(t);
  const [caller, callee] = [await UdpPeer.open(t, HOST), await UdpPeer.open(t, HOST)];
  const { forCaller, forCallee } = await setUpCall(control, 'c', caller.local, callee.local);
  for (const size of [MAX_DATAGRAM - 1, MAX_DATAGRAM, MAX_DATAGRAM + 1, 60_000]) {
    const packet = rtpPacket(size, { payloadBytes: size - 12 });
    await caller.send(packet, forCaller);
    assert.deepEqual(await callee.next(), { data: packet.subarray(0, MAX_DATAGRAM), from: forCallee }, `${size} bytes`);
  }
  await assertRelayed(rtpPacket(1, { ssrc: 2 }), callee, forCallee, caller, forCaller);
});

test('-2 sends packets of less than 128 bytes twice', async (t) => {
  const { control } = await startRelay(t, ['-l', HOST, '-2']);
  const [caller, callee] = await Promise.all([UdpPeer.openPair(t, HOST), UdpPeer.openPair(t, HOST)]);
  const { forCaller, forCallee } = await setUpCall(control, 'c', caller[0].local, callee[0].local);
  const small = rtpPacket(1, { payloadBytes: 127 - 12 });
  await assertRelayed(small, caller[0], forCaller, callee[0], forCallee);
  assert.deepEqual(await callee[0].next(), { data: small, from: forCallee });
  // The packet after the longer one shows that it came once.
  const longer = rtpPacket(2, { payloadBytes: 128 - 12 });
  await assertRelayed(longer, caller[0], forCaller, callee[0], forCallee);
  const empty = Buffer.alloc(0);
  await assertRelayed(empty, caller[0], forCaller, callee[0], forCallee);
  assert.deepEqual(await callee[0].next(), { data: empty, from: forCallee });
  const report = rtcpPacket();
  await assertRelayed(report, callee[1], rtcpOf(forCallee), caller[1], rtcpOf(forCaller));
  assert.deepEqual(await caller[1].next(), { data: report, from: rtcpOf(forCaller) });
  assert.deepEqual(await counters(control, 'npkts_rcvd', 'npkts_relayed'), [4, 4], 'counted once');
});

test('a burst keeps its order', async (t) => {
  const { control } = await startRelay(t);
  const [caller, callee] = [await UdpPeer.open(t, HOST), await UdpPeer.open(t, HOST)];
  const { forCaller, forCallee } = await setUpCall(control, 'c', caller.local, callee.local);
  const burst = Array.from({ length: 100 }, (_, seq) => rtpPacket(seq));
  await Promise.all(burst.map((packet) => caller.send(packet, forCaller)));
  for (const data of burst) assert.deepEqual(await callee.next(), { data, from: forCallee });
});
