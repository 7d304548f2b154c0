import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { assertRelayed, type Call, HOST, portIn, rtcpOf, setUpCall, startRelay } from './support/relay.ts';
import { rtcpPacket, rtpPacket } from './support/rtp-packet.ts';
import { UdpPeer } from './support/udp-peer.ts';

const PACKETS = 20;

/** RTP and RTCP port of a party. */
type Phone = [UdpPeer, UdpPeer];

/** Both parties talk and report; what they send arrives unchanged, from the ports that the receiver itself sends to. */
async function talk(call: Call, [callerRtp, callerRtcp]: Phone, [calleeRtp, calleeRtcp]: Phone): Promise<void> {
  const { forCaller, forCallee } = call;
  for (let seq = 1; seq <= PACKETS; seq++) {
    await assertRelayed(rtpPacket(seq, { ssrc: 1 }), callerRtp, forCaller, calleeRtp, forCallee);
    await assertRelayed(rtpPacket(seq, { ssrc: 2 }), calleeRtp, forCallee, callerRtp, forCaller);
  }
  for (let round = 0; round < 3; round++) {
    await assertRelayed(rtcpPacket(1), callerRtcp, rtcpOf(forCaller), calleeRtcp, rtcpOf(forCallee));
    await assertRelayed(rtcpPacket(2), calleeRtcp, rtcpOf(forCallee), callerRtcp, rtcpOf(forCaller));
  }
}

function openPhones(t: TestContext, callerHost: string, calleeHost: string): Promise<[Phone, Phone]> {
  return Promise.all([UdpPeer.openPair(t, callerHost), UdpPeer.openPair(t, calleeHost)]);
}

test('relays RTP and RTCP both ways', async (t) => {
  const { control } = await startRelay(t);
  const [caller, callee] = await openPhones(t, HOST, HOST);
  const call = await setUpCall(control, 'c', caller[0].local, callee[0].local);
  for (const { port } of [call.forCaller, call.forCallee]) assert.equal(port % 2, 0, 'RTP ports are even');
  await talk(call, caller, callee);
  assert.match(await control.command('Q c from to'), /^\d+ 20 20 40 0\n$/);
  assert.equal(await control.command('G npkts_rcvd npkts_relayed npkts_discard'), '46 46 0\n');
});

test('figures count the packets that came before the question', async (t) => {
  const { control, daemon } = await startRelay(t);
  const [caller, callee] = await openPhones(t, HOST, HOST);
  const call = await setUpCall(control, 'c', caller[0].local, callee[0].local);
  await talk(call, caller, callee);
  // So many are taken at once from any socket.
  const burst = 10;
  for (let round = 1; round <= 10; round++) {
    process.kill(daemon.pid, 'SIGSTOP');
    for (let seq = 1; seq <= burst; seq++) await caller[0].send(rtpPacket(PACKETS + seq, { ssrc: 1 }), call.forCaller);
    const reply = control.command('Q c from to');
    process.kill(daemon.pid, 'SIGCONT');
    const received = PACKETS + burst * round;
    assert.match(await reply, new RegExp(`^\\d+ ${received} 20 ${received + PACKETS} 0\\n$`));
  }
});

test('the answer may come as a U with the tags swapped', async (t) => {
  const { control } = await startRelay(t);
  const [caller, callee] = await openPhones(t, HOST, HOST);
  const { port } = callee[0].local;
  const forCallee = portIn(await control.command(`U c ${HOST} ${caller[0].local.port} from`));
  const forCaller = portIn(await control.command(`U c ${HOST} ${port} to from`));
  assert.deepEqual(portIn(await control.command(`L c ${HOST} ${caller[0].local.port} to from`)), forCallee);
  await talk({ forCaller, forCallee }, caller, callee);
});

test('relays between 127.0.0.1 and ::1', async (t) => {
  const { control } = await startRelay(t, ['-l', HOST, '-6', 'v6@::1']);

  await t.test('from IPv4 to IPv6', async () => {
    const [caller, callee] = await openPhones(t, HOST, '::1');
    // `6` speaks of the remote address only; `l` chooses the proxy's side (protocol.md 6.3).
    const first = await control.command(`Ul{v6} up ${HOST} ${caller[0].local.port} from`);
    assert.match(first, /^\d+ ::1 6\n$/);
    const second = await control.command(`L6l${HOST} up ::1 ${callee[0].local.port} from to`);
    assert.match(second, /^\d+ 127\.0\.0\.1\n$/);
    await talk({ forCaller: portIn(second), forCallee: portIn(first) }, caller, callee);
  });

  await t.test('from IPv6 to IPv4', async () => {
    const [caller, callee] = await openPhones(t, '::1', HOST);
    const first = await control.command(`U6l${HOST} down ::1 ${caller[0].local.port} from`);
    assert.match(first, /^\d+ 127\.0\.0\.1\n$/);
    const second = await control.command(`Ll{v6} down ${HOST} ${callee[0].local.port} from to`);
    assert.match(second, /^\d+ ::1 6\n$/);
    await talk({ forCaller: portIn(second), forCallee: portIn(first) }, caller, callee);
  });

  await t.test('both on IPv6', async () => {
    const [caller, callee] = await openPhones(t, '::1', '::1');
    const forCallee = portIn(await control.command(`U6 six ::1 ${caller[0].local.port} from`));
    const forCaller = portIn(await control.command(`L6 six ::1 ${callee[0].local.port} from to`));
    assert.deepEqual([forCallee.host, forCaller.host], ['::1', '::1']);
    await talk({ forCaller, forCallee }, caller, callee);
  });
});

test('bridges between 127.0.0.1 and ::1', async (t) => {
  const { control } = await startRelay(t, ['-l', HOST, '-6', '/::1']);

  await t.test('from IPv4 to IPv6', async () => {
    const [caller, callee] = await openPhones(t, HOST, '::1');
    const first = await control.command(`Uie up ${HOST} ${caller[0].local.port} from`);
    assert.match(first, /^\d+ ::1 6\n$/);
    // Without the letters the family of the callee would choose the caller's side (protocol.md 6.3).
    const second = await control.command(`L6ie up ::1 ${callee[0].local.port} from to`);
    assert.match(second, /^\d+ 127\.0\.0\.1\n$/);
    await talk({ forCaller: portIn(second), forCallee: portIn(first) }, caller, callee);
  });

  await t.test('from IPv6 to IPv4', async () => {
    const [caller, callee] = await openPhones(t, '::1', HOST);
    const first = await control.command(`U6ei down ::1 ${caller[0].local.port} from`);
    assert.match(first, /^\d+ 127\.0\.0\.1\n$/);
    const second = await control.command(`L down ${HOST} ${callee[0].local.port} from to`);
    assert.match(second, /^\d+ ::1 6\n$/);
    await talk({ forCaller: portIn(second), forCallee: portIn(first) }, caller, callee);
  });
});

test('bridges between two IPv4 addresses', async (t) => {
  const { control } = await startRelay(t, ['-l', '127.0.0.1/127.0.0.2']);

  await t.test('each party sees the address of its side', async () => {
    const [caller, callee] = await openPhones(t, '127.0.0.3', '127.0.0.4');
    const call = async (modifiers: string): Promise<Call> => {
      const forCallee = portIn(
        await control.command(`U${modifiers} c${modifiers} 127.0.0.3 ${caller[0].local.port} from`),
      );
      const forCaller = portIn(await control.command(`L c${modifiers} 127.0.0.4 ${callee[0].local.port} from to`));
      return { forCaller, forCallee };
    };
    // The first letter is the caller's side, the second the callee's (media.md 1.4).
    for (const [modifiers, callerSide, calleeSide] of [
      ['ei', '127.0.0.2', '127.0.0.1'],
      ['ie', '127.0.0.1', '127.0.0.2'],
      ['ee', '127.0.0.2', '127.0.0.2'],
      ['', '127.0.0.1', '127.0.0.1'],
    ] as const) {
      const { forCaller, forCallee } = await call(modifiers);
      assert.deepEqual([forCaller.host, forCallee.host], [callerSide, calleeSide], `U${modifiers}`);
      await talk({ forCaller, forCallee }, caller, callee);
    }
  });

  await t.test('a party may send from any port of its host, and keeps receiving where signalling says', async () => {
    const [caller, callee] = await openPhones(t, '127.0.0.3', '127.0.0.4');
    const other = await UdpPeer.open(t, '127.0.0.3');
    const stranger = await UdpPeer.open(t, '127.0.0.5');
    const forCallee = portIn(await control.command(`Uei a 127.0.0.3 ${caller[0].local.port} from`));
    const forCaller = portIn(await control.command(`L a 127.0.0.4 ${callee[0].local.port} from to`));
    await assertRelayed(rtpPacket(1), other, forCaller, callee[0], forCallee);
    await stranger.send(rtpPacket(2), forCaller);
    await assertRelayed(rtpPacket(3), caller[0], forCaller, callee[0], forCallee);
    await assertRelayed(rtpPacket(1, { ssrc: 2 }), callee[0], forCallee, caller[0], forCaller);
  });
});

test('--bridge_symmetric learns addresses also when bridging', async (t) => {
  const { control } = await startRelay(t, ['-l', '127.0.0.1/127.0.0.2', '--bridge_symmetric']);
  const [caller, callee] = await openPhones(t, '127.0.0.3', '127.0.0.4');
  const moved = await UdpPeer.open(t, '127.0.0.3');
  const forCallee = portIn(await control.command(`Uei a 127.0.0.3 ${caller[0].local.port} from`));
  const forCaller = portIn(await control.command(`L a 127.0.0.4 ${callee[0].local.port} from to`));
  await assertRelayed(rtpPacket(1), moved, forCaller, callee[0], forCallee);
  await assertRelayed(rtpPacket(1, { ssrc: 2 }), callee[0], forCallee, moved, forCaller);
});
