import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { until } from '../helpers/deadline.ts';
import {
  assertRelayed,
  counters,
  HOST,
  portIn,
  sessionFigures,
  setUpCall,
  startRelay,
  untilLogged,
} from './support/relay.ts';
import { rtpPacket } from './support/rtp-packet.ts';
import { UdpPeer } from './support/udp-peer.ts';

// What U and L do to media that is, or is not yet, on its way.

describe('signalling during a call', { concurrency: 2 }, () => {
  test('packets before completion are thrown away and counted', async (t) => {
    const { control } = await startRelay(t);
    const [caller, callee] = [await UdpPeer.open(t, HOST), await UdpPeer.open(t, HOST)];
    const forCallee = portIn(await control.command(`U c ${HOST} ${caller.local.port} from`));
    const early = await UdpPeer.open(t, HOST);
    for (let seq = 0; seq < 3; seq++) await early.send(rtpPacket(seq), forCallee);
    await until(async () => (await counters(control, 'npkts_discard'))[0] === 3, 2000, 'three discarded packets');
    assert.deepEqual(await counters(control, 'npkts_rcvd', 'npkts_relayed'), [0, 0]);
    const forCaller = portIn(await control.command(`L c ${HOST} ${callee.local.port} from to`));
    // They did not latch either: the caller's packets still go where signalling said.
    await assertRelayed(rtpPacket(1), caller, forCaller, callee, forCallee);
    await assertRelayed(rtpPacket(1, { ssrc: 2 }), callee, forCallee, caller, forCaller);
    const { fromCaller, fromCallee, dropped } = await sessionFigures(control, 'c');
    assert.deepEqual([fromCaller, fromCallee, dropped], [1, 1, 0]);
  });

  test('packets for a party without an address are dropped and counted', async (t) => {
    const { control } = await startRelay(t);
    const [caller, callee] = [await UdpPeer.open(t, HOST), await UdpPeer.open(t, HOST)];
    const forCallee = portIn(await control.command('U c 0 0 from'));
    const forCaller = portIn(await control.command(`L c ${HOST} ${callee.local.port} from to`));
    await callee.send(rtpPacket(1, { ssrc: 2 }), forCallee);
    await until(async () => (await sessionFigures(control, 'c')).dropped === 1, 2000, 'dropped packet');
    assert.deepEqual(await counters(control, 'npkts_rcvd', 'npkts_relayed', 'npkts_discard'), [1, 0, 1]);
    // It is found by its packets.
    await assertRelayed(rtpPacket(1), caller, forCaller, callee, forCallee);
    await assertRelayed(rtpPacket(2, { ssrc: 2 }), callee, forCallee, caller, forCaller);
  });

  test('a hold changes nothing in the media path', async (t) => {
    const { control, daemon } = await startRelay(t, ['-l', HOST], { logLevel: 'info' });
    const [caller, callee] = [await UdpPeer.open(t, HOST), await UdpPeer.open(t, HOST)];
    const { forCaller, forCallee } = await setUpCall(control, 'c', caller.local, callee.local);
    const bothWays = async (seq: number) => {
      await assertRelayed(rtpPacket(seq), caller, forCaller, callee, forCallee);
      await assertRelayed(rtpPacket(seq, { ssrc: 2 }), callee, forCallee, caller, forCaller);
    };
    await bothWays(1);
    assert.deepEqual(portIn(await control.command('U c 0.0.0.0 0 from to')), forCallee);
    await bothWays(2);
    await control.command(`U c ${HOST} ${caller.local.port} from to`);
    await bothWays(3);
    await untilLogged(daemon, /: putting caller's RTP stream on hold$/m);
    await untilLogged(daemon, /: taking caller's RTP stream off-hold$/m);
  });

  test('compat: a new address in signalling counts at once, and opens the stream to any RTP source for a while', async (t) => {
    const { control } = await startRelay(t, ['-l', HOST, '--latch=compat']);
    const [caller, callee] = [await UdpPeer.open(t, HOST), await UdpPeer.open(t, HOST)];
    const [moved, other] = [await UdpPeer.open(t, HOST), await UdpPeer.open(t, HOST)];
    const { forCaller, forCallee } = await setUpCall(control, 'c', caller.local, callee.local);
    await assertRelayed(rtpPacket(1), caller, forCaller, callee, forCallee);
    await control.command(`U c ${HOST} ${moved.local.port} from to`);
    await assertRelayed(rtpPacket(1, { ssrc: 2 }), callee, forCallee, moved, forCaller);
    await assertRelayed(rtpPacket(77, { ssrc: 9 }), other, forCaller, callee, forCallee);
    await assertRelayed(rtpPacket(2, { ssrc: 2 }), callee, forCallee, other, forCaller);
    // The address was learned from a packet: signalling does not overwrite it any more.
    await control.command(`U c ${HOST} ${moved.local.port} from to`);
    await assertRelayed(rtpPacket(3, { ssrc: 2 }), callee, forCallee, other, forCaller);
  });

  for (const [letter, args] of [
    ['a', ['-l', HOST]],
    ['', ['-l', HOST, '--force_asymmetric']],
  ] as const) {
    test(`an asymmetric party (${letter === '' ? args[2] : 'modifier a'}) keeps its signalled address`, async (t) => {
      const { control } = await startRelay(t, args);
      const [caller, callee] = [await UdpPeer.open(t, '127.0.0.2'), await UdpPeer.open(t, HOST)];
      const sender = await UdpPeer.open(t, '127.0.0.2');
      const stranger = await UdpPeer.open(t, '127.0.0.3');
      const forCallee = portIn(await control.command(`U${letter} c 127.0.0.2 ${caller.local.port} from`));
      const forCaller = portIn(await control.command(`L c ${HOST} ${callee.local.port} from to`));
      await assertRelayed(rtpPacket(1), sender, forCaller, callee, forCallee);
      await stranger.send(rtpPacket(2), forCaller);
      await assertRelayed(rtpPacket(3, { ssrc: 5 }), caller, forCaller, callee, forCallee);
      await assertRelayed(rtpPacket(1, { ssrc: 2 }), callee, forCallee, caller, forCaller);
      assert.deepEqual(await counters(control, 'npkts_discard'), [1]);
    });
  }

  test('modifier s makes a party symmetric in spite of --force_asymmetric', async (t) => {
    const { control } = await startRelay(t, ['-l', HOST, '--force_asymmetric']);
    const [caller, callee] = [await UdpPeer.open(t, HOST), await UdpPeer.open(t, HOST)];
    const actual = await UdpPeer.open(t, HOST);
    const forCallee = portIn(await control.command(`Us c ${HOST} ${caller.local.port} from`));
    const forCaller = portIn(await control.command(`L c ${HOST} ${callee.local.port} from to`));
    await assertRelayed(rtpPacket(1), actual, forCaller, callee, forCallee);
    await assertRelayed(rtpPacket(1, { ssrc: 2 }), callee, forCallee, actual, forCaller);
  });

  test('modifier n gives a party a new port', async (t) => {
    const { control, daemon } = await startRelay(t, ['-l', HOST], { logLevel: 'info' });
    const [caller, callee] = [await UdpPeer.open(t, HOST), await UdpPeer.open(t, HOST)];
    const { forCaller, forCallee } = await setUpCall(control, 'c', caller.local, callee.local);
    await assertRelayed(rtpPacket(1), caller, forCaller, callee, forCallee);
    const renewed = portIn(await control.command(`Un c ${HOST} ${caller.local.port} from to`));
    assert.notEqual(renewed.port, forCallee.port);
    await assertRelayed(rtpPacket(2), caller, forCaller, callee, renewed);
    // Nobody is at the old port: whoever binds it now gets what is sent there.
    const successor = await UdpPeer.open(t, HOST, forCallee.port);
    await assertRelayed(rtpPacket(1), callee, forCallee, successor, callee.local);
    await assertRelayed(rtpPacket(1, { ssrc: 2 }), callee, renewed, caller, forCaller);
    assert.deepEqual(portIn(await control.command(`U c ${HOST} ${caller.local.port} from to`)), renewed);
    assert.deepEqual(portIn(await control.command(`L c ${HOST} ${callee.local.port} from to`)), forCaller);
    const text = new RegExp(
      `new port requested, releasing ${forCallee.port}/\\d+, replacing with ${renewed.port}/\\d+`,
    );
    await untilLogged(daemon, text);
  });

  test('a deleted session gives back its ports at once', async (t) => {
    const { control } = await startRelay(t, ['-l', HOST]);
    const [caller, callee] = [await UdpPeer.open(t, HOST), await UdpPeer.open(t, HOST)];
    const { forCaller, forCallee } = await setUpCall(control, 'c', caller.local, callee.local);
    await assertRelayed(rtpPacket(1), caller, forCaller, callee, forCallee);
    assert.equal(await control.command('D c from to'), '0\n');
    for (const { port } of [forCaller, forCallee]) {
      for (const number of [port, port + 1]) {
        await until(
          () =>
            UdpPeer.open(t, HOST, number).then(
              () => true,
              () => false,
            ),
          1000,
          `port ${number} free`,
        );
      }
    }
  });
});
