import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freeUdpPort } from '../helpers/udp-port.ts';
import { packetsOf, startCall, startRecorder, talk, written } from './support/recorded-call.ts';
import { assertRelayed, HOST, portIn, setUpCall, startRelay } from './support/relay.ts';
import { rtcpPacket, rtpPacket } from './support/rtp-packet.ts';
import { UdpPeer } from './support/udp-peer.ts';

test('both directions are copied, each to its own target and from its own ports', async (t) => {
  const { control } = await startRelay(t);
  const call = await startCall(t, control, 'c');
  const [ofCaller, ofCallerRtcp] = await UdpPeer.openPair(t, HOST);
  const [ofCallee, ofCalleeRtcp] = await UdpPeer.openPair(t, HOST);
  const first = portIn(await control.command(`Cp c udp:${HOST}:${ofCaller.local.port} from to`));
  const second = portIn(await control.command(`CP c udp:${HOST}:${ofCallee.local.port} to from`));
  const { caller, callee } = await talk(call);
  for (const [said, rtp, rtcp, source] of [
    [caller, ofCaller, ofCallerRtcp, first],
    [callee, ofCallee, ofCalleeRtcp, second],
  ] as const) {
    for (const data of said.rtp) assert.deepEqual(await rtp.next(), { data, from: source });
    for (const data of said.rtcp) {
      assert.deepEqual(await rtcp.next(), { data, from: { ...source, port: source.port + 1 } });
    }
  }
  // Copies are no relayed packets.
  assert.equal(await control.command('G npkts_rcvd npkts_relayed npkts_discard'), '8 8 0\n');
});

test('N ends a copy, and its ports are free', async (t) => {
  const { control } = await startRelay(t, ['-l', HOST, '-b', '-m', '22000', '-M', '22005']);
  const call = await startCall(t, control, 'c');
  const [target] = await UdpPeer.openPair(t, HOST);
  const to = `udp:${HOST}:${target.local.port}`;
  for (let round = 0; round < 5; round++) {
    assert.equal(await control.command(`Cp c ${to} from to`), `22004 ${HOST}\n`);
    assert.equal(await control.command(`Cp c ${to} to from`), 'E65\n');
    assert.equal(await control.command('N c from to'), '0\n');
  }
  assert.equal(await control.command('N c from to'), 'E50\n');
  assert.equal(await control.command(`C c ${to} to from`), '0\n');
  await talk(call, 1);
  assert.equal((await target.next()).data.readUInt32BE(8), 2, 'the first copy is of the callee');
  assert.equal(await control.command('D c from to'), '0\n');
  await startCall(t, control, 'd');
  assert.match(await control.command(`Cp d ${to} from to`), /^2200[024] 127\.0\.0\.1\n$/);
});

test('everything is copied once: non-RTP, empty and long datagrams, and under -2', async (t) => {
  const { control } = await startRelay(t, ['-l', HOST, '-2']);
  const call = await startCall(t, control, 'c');
  const [target] = await UdpPeer.openPair(t, HOST);
  await control.command(`C c udp:${HOST}:${target.local.port} from to`);
  const long = Buffer.alloc(9000, 0x5a);
  const datagrams = [rtpPacket(1), Buffer.alloc(0), Buffer.from('no RTP'), rtcpPacket(), long, rtpPacket(2)];
  for (const data of datagrams) {
    await call.caller[0].send(data, call.forCaller);
    await call.callee[0].next();
    assert.deepEqual((await target.next()).data, data.subarray(0, 8192));
  }
});

test('a packet is copied even if it cannot be relayed', async (t) => {
  const { control } = await startRelay(t);
  const [caller] = await UdpPeer.openPair(t, HOST);
  const [target] = await UdpPeer.openPair(t, HOST);
  await control.command('U c 0 0 from');
  await control.command(`C c udp:${HOST}:${target.local.port} from to`);
  const forCaller = portIn(await control.command('L c 0 0 from to'));
  const packet = rtpPacket(1);
  await caller.send(packet, forCaller);
  assert.deepEqual((await target.next()).data, packet);
});

test('with -R there are no copies of RTCP, and any port will do', async (t) => {
  const { control } = await startRelay(t, ['-l', HOST, '-R']);
  const call = await startCall(t, control, 'c');
  const [rtp, rtcp] = await UdpPeer.openPair(t, HOST);
  for (const port of [0, 65535, 70000]) {
    assert.equal(await control.command(`C c udp:${HOST}:${port} from to`), '0\n', `${port}`);
    await control.command('N c from to');
  }
  assert.equal(await control.command(`C c udp:${HOST}:${rtp.local.port} from to`), '0\n');
  await talk(call, 1);
  await control.command('N c from to');
  // What arrives next at the RTCP port shows that nothing came before.
  await call.caller[0].send('mark', rtcp.local);
  await rtp.next();
  assert.equal((await rtcp.next()).data.toString(), 'mark');
});

test('a target may have an IPv6 address or a name', async (t) => {
  const { control } = await startRelay(t);
  const call = await startCall(t, control, 'c');
  const [six] = await UdpPeer.openPair(t, '::1');
  const [four] = await UdpPeer.openPair(t, HOST);
  const source = await control.command(`Cp c udp:::1:${six.local.port} from to`);
  assert.match(source, /^\d+ ::1 6\n$/);
  assert.match(await control.command(`Cp c udp:localhost:${four.local.port} to from`), /^\d+ 127\.0\.0\.1\n$/);
  const { caller, callee } = await talk(call);
  for (const data of caller.rtp) assert.deepEqual((await six.next()).data, data);
  for (const data of callee.rtp) assert.deepEqual((await four.next()).data, data);
});

test('with --no_resolve names are refused', async (t) => {
  const { control } = await startRelay(t, ['-l', HOST, '--no_resolve']);
  await startCall(t, control, 'c');
  assert.equal(await control.command('C c udp:localhost:5000 from to'), 'E65\n');
  assert.equal(await control.command(`C c udp:${HOST}:5000 from to`), '0\n');
});

test('a name that is nobody is E65, also when the session ends meanwhile', async (t) => {
  const { control } = await startRelay(t);
  await startCall(t, control, 'c');
  const reply = control.command('C c udp:nobody.invalid:5000 from to');
  await control.command('D c from to');
  assert.equal(await reply, 'E65\n');
});

test('a target that does not listen disturbs nothing', async (t) => {
  const { control } = await startRelay(t);
  const call = await startCall(t, control, 'c');
  await control.command(`C c udp:${HOST}:${await freeUdpPort(HOST)} from to`);
  await talk(call, 20);
});

test('a leg is recorded or copied, not both', async (t) => {
  const { control, directory } = await startRecorder(t);
  const call = await startCall(t, control, 'c');
  const [target] = await UdpPeer.openPair(t, HOST);
  assert.equal(await control.command('R c from to'), '0\n');
  assert.equal(await control.command(`C c udp:${HOST}:${target.local.port} from to`), '0\n');
  assert.match(await control.command(`Cp c udp:${HOST}:${target.local.port} from to`), /^\d+ 127\.0\.0\.1\n$/);
  assert.equal(await control.command(`C c udp:${HOST}:${target.local.port} to from`), '0\n');
  assert.equal(await control.command('R c to from'), '0\n');
  const said = await talk(call);
  for (const data of said.callee.rtp) assert.deepEqual((await target.next()).data, data);
  await written(directory, 'c=from.o.rtp', 3);
  assert.deepEqual(packetsOf(directory, 'c=from.o.rtp'), said.caller.rtp);
});

test('what goes through while copies start and stop arrives', async (t) => {
  const { control } = await startRelay(t);
  const [caller] = await UdpPeer.openPair(t, HOST);
  const [callee] = await UdpPeer.openPair(t, HOST);
  const [target] = await UdpPeer.openPair(t, HOST);
  const call = await setUpCall(control, 'c', caller.local, callee.local);
  for (let seq = 1; seq <= 30; seq++) {
    if (seq % 3 === 1) await control.command(`C c udp:${HOST}:${target.local.port} from to`);
    await assertRelayed(rtpPacket(seq), caller, call.forCaller, callee, call.forCallee);
    if (seq % 3 === 0) await control.command('N c from to');
  }
});

test('the source of a copy joins the local addresses, as in the C daemon', async (t) => {
  const { control } = await startRelay(t, ['-6', '::1']);
  assert.match(await control.command('Ul127.0.0.2 c 127.0.0.1 4000 from'), /^\d+ 127\.0\.0\.2\n$/);
  assert.match(await control.command('U d 127.0.0.1 4000 from'), /^\d+ 127\.0\.0\.2\n$/, 'the newest of the family');
  assert.equal(await control.command(`C c udp:127.0.0.1:${await freeUdpPort('127.0.0.1')} from`), '0\n');
  assert.match(await control.command('U e 127.0.0.1 4000 from'), /^\d+ 127\.0\.0\.1\n$/);
});
