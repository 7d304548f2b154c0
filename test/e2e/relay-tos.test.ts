import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import type { ControlClient } from '../helpers/control-client.ts';
import { HOST, portIn, rtcpOf, startRelay } from './support/relay.ts';
import { rtcpPacket, rtpPacket } from './support/rtp-packet.ts';
import { TosProbe } from './support/tos-probe.ts';
import { UdpPeer } from './support/udp-peer.ts';

// IP type of service of relayed packets (media.md 1.3).

/** Sends RTP from a caller to a callee that watches the TOS byte; `chain` follows the `U` as sub-commands. */
async function tosTowardsCallee(t: TestContext, control: ControlClient, id: string, chain = ''): Promise<number> {
  const [caller, callee] = [await UdpPeer.open(t, HOST), await TosProbe.open(t, HOST)];
  await control.command(`U ${id} ${HOST} ${caller.local.port} from${chain}`);
  const forCaller = portIn(await control.command(`L ${id} ${HOST} ${callee.local.port} from to`));
  await caller.send(rtpPacket(1), forCaller);
  return callee.next();
}

describe('type of service', { concurrency: 2 }, () => {
  for (const [args, expected] of [
    [[], 184],
    [['-t', '96'], 96],
    [['-t', '0'], 0],
    [['-t', '-1'], 0],
  ] as const) {
    test(`${args.length > 0 ? args.join(' ') : 'by default'}: packets carry TOS ${expected}`, async (t) => {
      const { control } = await startRelay(t, ['-l', HOST, ...args]);
      assert.equal(await tosTowardsCallee(t, control, 'c'), expected);
    });
  }

  test('RTCP carries the same TOS', async (t) => {
    const { control } = await startRelay(t, ['-l', HOST, '-t', '96']);
    const [caller, callee] = [await UdpPeer.openPair(t, HOST), await TosProbe.open(t, HOST)];
    await control.command(`U c ${HOST} ${caller[0].local.port} from`);
    // The probe is the callee's RTCP port: its RTP port is the one before.
    const forCaller = portIn(await control.command(`L c ${HOST} ${callee.local.port - 1} from to`));
    await caller[1].send(rtcpPacket(), rtcpOf(forCaller));
    assert.equal(await callee.next(), 96);
  });

  test('the sub-command S tos= sets it for one direction, at once and for later ports', async (t) => {
    const { control } = await startRelay(t);
    assert.equal(await tosTowardsCallee(t, control, 'towards-caller', ' && S tos=40'), 184);
    assert.equal(await tosTowardsCallee(t, control, 'towards-callee', ' && Sr tos=40'), 40);

    const [caller, callee] = [await UdpPeer.open(t, HOST), await TosProbe.open(t, HOST)];
    await control.command(`U c ${HOST} ${caller.local.port} from`);
    const forCaller = portIn(await control.command(`L c ${HOST} ${callee.local.port} from to && S tos=72`));
    await caller.send(rtpPacket(1), forCaller);
    assert.equal(await callee.next(), 72);
    await control.command(`Un c ${HOST} ${caller.local.port} from to`);
    await caller.send(rtpPacket(2), forCaller);
    assert.equal(await callee.next(), 72);
  });

  test('IPv6 packets carry no traffic class, and S tos= fails there', async (t) => {
    const { control } = await startRelay(t, ['-6', '::1']);
    const [caller, callee] = [await UdpPeer.open(t, '::1'), await TosProbe.open(t, '::1')];
    await control.command(`U6 c ::1 ${caller.local.port} from`);
    const forCaller = portIn(await control.command(`L6 c ::1 ${callee.local.port} from to`));
    assert.match(await control.command(`L6 c ::1 ${callee.local.port} from to && S tos=72`), / && -1\n$/);
    await caller.send(rtpPacket(1), forCaller);
    assert.equal(await callee.next(), 0);
  });
});
