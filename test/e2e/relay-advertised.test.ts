import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertRelayed, HOST, portIn, setUpCall, startRelay } from './support/relay.ts';
import { rtpPacket } from './support/rtp-packet.ts';
import { UdpPeer } from './support/udp-peer.ts';

// An advertised address is what the replies show; media goes on through the real one.

test('-A shows the advertised address of each side of a bridge', async (t) => {
  const { control } = await startRelay(t, ['-l', '127.0.0.1/127.0.0.2', '-A', 'inside.example/198.51.100.7']);
  const caller = await UdpPeer.open(t, HOST);
  const callee = await UdpPeer.open(t, HOST);
  const forCallee = portIn(await control.command(`Uei c ${HOST} ${caller.local.port} from`));
  const forCaller = portIn(await control.command(`L c ${HOST} ${callee.local.port} from to`));
  assert.deepEqual([forCallee.host, forCaller.host], ['inside.example', '198.51.100.7']);
  const callerSide = { ...forCaller, host: '127.0.0.2' };
  const calleeSide = { ...forCallee, host: '127.0.0.1' };
  await assertRelayed(rtpPacket(1), caller, callerSide, callee, calleeSide);
  await assertRelayed(rtpPacket(1), callee, calleeSide, caller, callerSide);
});

// The C daemon ignores -A without a bridge, against its own manual page.
for (const [args, shown] of [
  [['-l', HOST, '-A', '203.0.113.9'], '203.0.113.9'],
  [['-l', `${HOST}=198.51.100.9`], '198.51.100.9'],
  [['-l', `${HOST}=198.51.100.9`, '-A', '203.0.113.9'], '198.51.100.9'],
] as const) {
  test(`${args.join(' ')} shows ${shown}`, async (t) => {
    const { control } = await startRelay(t, args);
    const caller = await UdpPeer.open(t, HOST);
    const callee = await UdpPeer.open(t, HOST);
    const call = await setUpCall(control, 'c', caller.local, callee.local);
    assert.deepEqual([call.forCallee.host, call.forCaller.host], [shown, shown]);
    const callerSide = { ...call.forCaller, host: HOST };
    const calleeSide = { ...call.forCallee, host: HOST };
    await assertRelayed(rtpPacket(1), caller, callerSide, callee, calleeSide);
    await assertRelayed(rtpPacket(1), callee, calleeSide, caller, callerSide);
  });
}

test('replies from the any-address carry the port alone', async (t) => {
  const { control } = await startRelay(t, []);
  const caller = await UdpPeer.open(t, HOST);
  const callee = await UdpPeer.open(t, HOST);
  const ask = async (command: string) => {
    const reply = await control.command(command);
    assert.match(reply, /^\d+\n$/);
    return { host: HOST, port: Number(reply) };
  };
  const forCallee = await ask(`U c ${HOST} ${caller.local.port} from`);
  const forCaller = await ask(`L c ${HOST} ${callee.local.port} from to`);
  await assertRelayed(rtpPacket(1), caller, forCaller, callee, forCallee);
  await assertRelayed(rtpPacket(1), callee, forCallee, caller, forCaller);
});
