import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import {
  assertRelayed,
  counters,
  HOST,
  portIn,
  rtcpOf,
  sessionFigures,
  setUpCall,
  startRelay,
  untilLogged,
} from './support/relay.ts';
import { rtcpPacket, rtpPacket } from './support/rtp-packet.ts';
import { UdpPeer } from './support/udp-peer.ts';

// Mode `compat`, the rules of the C daemon: media.md 2.2. Mode `guarded` is tested in attack.test.ts. Packets of one sender stay in order, so what a stranger sent before the packet that
// arrived next was not relayed.

const COMPAT = ['-l', HOST, '--latch=compat'];

/** A call whose parties have not sent anything, and a socket that signalling does not know. */
async function prepare(t: TestContext, logLevel = 'err') {
  const { control, daemon } = await startRelay(t, COMPAT, { logLevel });
  const [caller, callee, other] = await Promise.all([HOST, HOST, HOST].map((host) => UdpPeer.open(t, host)));
  if (caller === undefined || callee === undefined || other === undefined) throw new Error('no sockets');
  const { forCaller, forCallee } = await setUpCall(control, 'c', caller.local, callee.local);
  return { control, daemon, caller, callee, other, forCaller, forCallee };
}

describe('latching', { concurrency: 2 }, () => {
  test('the source of the first packet replaces the signalled address', async (t) => {
    const { control, caller, callee, other, forCaller, forCallee } = await prepare(t);
    await assertRelayed(rtpPacket(1), caller, forCaller, callee, forCallee);
    await assertRelayed(rtpPacket(1, { ssrc: 2 }), other, forCallee, caller, forCaller);
    await assertRelayed(rtpPacket(2), caller, forCaller, other, forCallee);
    // The signalled address is a stranger now.
    await callee.send(rtpPacket(1, { ssrc: 3 }), forCallee);
    await assertRelayed(rtpPacket(2, { ssrc: 2 }), other, forCallee, caller, forCaller);
    assert.deepEqual(await counters(control, 'npkts_rcvd', 'npkts_discard'), [5, 1]);
  });

  test('a stranger is ignored after that', async (t) => {
    const { control, caller, callee, other, forCaller, forCallee } = await prepare(t);
    await assertRelayed(rtpPacket(1000), caller, forCaller, callee, forCallee);
    const strange = [
      rtpPacket(1001, { ssrc: 0xbad }),
      rtpPacket(1000 + 537),
      rtpPacket(999),
      Buffer.from('no RTP at all'),
      Buffer.alloc(0),
    ];
    for (const packet of strange) await other.send(packet, forCaller);
    await assertRelayed(rtpPacket(1001), caller, forCaller, callee, forCallee);
    await assertRelayed(rtpPacket(1, { ssrc: 2 }), callee, forCallee, caller, forCaller);
    assert.deepEqual(await counters(control, 'npkts_rcvd', 'npkts_relayed', 'npkts_discard'), [8, 3, 5]);
    const { fromCaller, dropped } = await sessionFigures(control, 'c');
    assert.deepEqual([fromCaller, dropped], [2, 0], 'ignored packets are not the session’s');
  });

  for (const [name, before, after] of [
    ['at once', 1000, 1000],
    ['536 packets on', 1000, 1536],
    ['across the wrap of the sequence number', 65500, 500],
  ] as const) {
    test(`the same stream may move to another source: ${name}`, async (t) => {
      const { caller, callee, other, forCaller, forCallee } = await prepare(t);
      await assertRelayed(rtpPacket(before), caller, forCaller, callee, forCallee);
      await assertRelayed(rtpPacket(after), other, forCaller, callee, forCallee);
      await assertRelayed(rtpPacket(1, { ssrc: 2 }), callee, forCallee, other, forCaller);
      await caller.send(rtpPacket(after - 1), forCaller);
      await assertRelayed(rtpPacket(after + 1), other, forCaller, callee, forCallee);
    });
  }

  test('an address that signalling did not know can be taken over only after a change of SSRC', async (t) => {
    const { control } = await startRelay(t, COMPAT);
    const [caller, callee, other] = [
      await UdpPeer.open(t, HOST),
      await UdpPeer.open(t, HOST),
      await UdpPeer.open(t, HOST),
    ];
    const forCallee = portIn(await control.command('U c 0 0 from'));
    const forCaller = portIn(await control.command(`L c ${HOST} ${callee.local.port} from to`));
    await assertRelayed(rtpPacket(1), caller, forCaller, callee, forCallee);
    await other.send(rtpPacket(2), forCaller);
    await assertRelayed(rtpPacket(2, { ssrc: 7 }), caller, forCaller, callee, forCallee);
    await assertRelayed(rtpPacket(3, { ssrc: 7 }), other, forCaller, callee, forCallee);
    await assertRelayed(rtpPacket(1, { ssrc: 2 }), callee, forCallee, other, forCaller);
  });

  test('SSRC 0 never settles a source', async (t) => {
    const { caller, callee, other, forCaller, forCallee } = await prepare(t);
    await assertRelayed(rtpPacket(1, { ssrc: 0 }), caller, forCaller, callee, forCallee);
    await assertRelayed(rtpPacket(900, { ssrc: 5 }), other, forCaller, callee, forCallee);
    await assertRelayed(rtpPacket(1, { ssrc: 2 }), callee, forCallee, other, forCaller);
  });

  test('RTCP latches on its own and never moves again', async (t) => {
    const { control } = await startRelay(t, COMPAT);
    const [caller, callee] = await Promise.all([UdpPeer.openPair(t, HOST), UdpPeer.openPair(t, HOST)]);
    const other = await UdpPeer.open(t, HOST);
    const call = await setUpCall(control, 'c', caller[0].local, callee[0].local);
    const [forCaller, forCallee] = [rtcpOf(call.forCaller), rtcpOf(call.forCallee)];
    await assertRelayed(rtcpPacket(), other, forCaller, callee[1], forCallee);
    await caller[1].send(rtcpPacket(), forCaller);
    await assertRelayed(rtcpPacket(2), callee[1], forCallee, other, forCaller);
    // RTP of the same party is where signalling said.
    await assertRelayed(rtpPacket(1), caller[0], call.forCaller, callee[0], call.forCallee);
    assert.deepEqual(await counters(control, 'npkts_discard'), [1]);
  });

  test('RTP from another host moves RTCP to the port behind its source', async (t) => {
    const { control } = await startRelay(t, ['-l', '0.0.0.0', '--latch=compat']);
    const [callee, moved] = [await UdpPeer.openPair(t, HOST), await UdpPeer.openPair(t, '127.0.0.3')];
    const port = async (command: string) => ({ host: HOST, port: Number(await control.command(command)) });
    const forCallee = await port('U c 127.0.0.2 4000 from');
    const forCaller = await port(`L c ${HOST} ${callee[0].local.port} from to`);
    await assertRelayed(rtpPacket(1), moved[0], forCaller, callee[0], forCallee);
    await assertRelayed(rtcpPacket(), callee[1], rtcpOf(forCallee), moved[1], rtcpOf(forCaller));
  });

  test('the log tells how addresses were found', async (t) => {
    const { daemon, caller, callee, other, forCaller, forCallee } = await prepare(t, 'info');
    await assertRelayed(rtpPacket(10, { ssrc: 0xa1 }), caller, forCaller, callee, forCallee);
    await assertRelayed(rtpPacket(11, { ssrc: 0xa1 }), other, forCaller, callee, forCallee);
    const [first, second] = [caller, other].map(({ local }) => `${local.host}:${local.port}`);
    const texts = [
      `pre-filling caller's RTP address with ${first}`,
      `pre-filling callee's RTCP address with ${HOST}:${callee.local.port + 1}`,
      `caller's address latched in: ${first} (RTP), SSRC=0x000000A1, Seq=10`,
      `caller's address re-latched: ${second} (RTP), SSRC=0x000000A1, Seq=10->11`,
      `caller's address filled in: ${second} (RTP)`,
    ];
    for (const text of texts) await untilLogged(daemon, new RegExp(`^INFO:c:[^:]+:\\d+: ${literally(text)}$`, 'm'));
  });
});

function literally(text: string): string {
  return text.replace(/[.()*+?[\]|]/g, '\\$&');
}
