import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { type TestContext, test } from 'node:test';
import type { CallRecord, LegRecord } from '../../src/calls/record.ts';
import { temporaryDirectory } from '../helpers/cleanup.ts';
import { until } from '../helpers/deadline.ts';
import { HOST, setUpCall, startRelay } from './support/relay.ts';
import { rtpPacket } from './support/rtp-packet.ts';
import { type Endpoint, UdpPeer } from './support/udp-peer.ts';

const PACKETS = 2000;

/**
 * Sends the packets of a stream but those that are lost on the way to the relay, each once the one before has come out. Time
 * stamps are those of the moment, so that none is late however fast they come.
 */
async function send(lost: ReadonlySet<number>, count: number, from: UdpPeer, through: Endpoint, to: UdpPeer) {
  for (let number = 0; number < count; number++) {
    if (lost.has(number)) continue;
    const packet = rtpPacket(number);
    packet.writeUInt32BE(Math.floor(8 * performance.now()), 4);
    await from.send(packet, through);
    await to.next();
  }
}

/** The record of a call in which each party sends so many packets and loses some. */
async function recordOf(t: TestContext, count: number, caller: ReadonlySet<number>, callee: ReadonlySet<number>) {
  const path = join(temporaryDirectory(t), 'calls');
  const { control } = await startRelay(t, ['-l', HOST, `--call-records=${path}`]);
  const [one, two] = [await UdpPeer.open(t, HOST), await UdpPeer.open(t, HOST)];
  const { forCaller, forCallee } = await setUpCall(control, 'c', one.local, two.local);
  await Promise.all([send(caller, count, one, forCaller, two), send(callee, count, two, forCallee, one)]);
  assert.equal(await control.command('D c from to'), '0\n');
  await until(() => existsSync(path) && readFileSync(path, 'latin1').endsWith('\n'), 5000, 'the record');
  return JSON.parse(readFileSync(path, 'latin1')) as CallRecord;
}

/** So many numbers of packets, chosen at random; neither the first nor the last. */
function someOf(count: number): Set<number> {
  const chosen = new Set<number>();
  while (chosen.size < count) chosen.add(1 + Math.floor(Math.random() * (PACKETS - 2)));
  return chosen;
}

function near(score: number | null, expected: number, tolerance: number): void {
  assert.ok(score !== null && Math.abs(score - expected) <= tolerance, `${score}, not ${expected}`);
}

test('60 of 2000 packets lost at random places are 4.13, in runs of four less', async (t) => {
  const runs = new Set(Array.from({ length: 60 }, (_, index) => 100 + 120 * Math.floor(index / 4) + (index % 4)));
  const { caller, callee } = await recordOf(t, PACKETS, someOf(60), runs);
  const told = ({ expected_packets, lost_packets, payload_type, codec }: LegRecord) => [
    ...[expected_packets, lost_packets, payload_type, codec],
  ];
  for (const leg of [caller, callee]) {
    assert.deepEqual(told(leg), [PACKETS, 60, 0, 'PCMU']);
    // A busy machine may hold up a few.
    assert.ok(leg.late_packets <= 4, String(leg.late_packets));
  }
  near(caller.mos_lq, 4.13, 0.05);
  assert.equal(callee.loss_events, 15);
  // A burst ratio of 4 * 0.97.
  near(callee.mos_lq, 4.1, 0.03);
  assert.ok((callee.mos_lq ?? 5) < (caller.mos_lq ?? 0));
});

test('ten packets tell nothing of quality', async (t) => {
  const { caller, callee, one_way } = await recordOf(t, 10, new Set(), new Set());
  assert.deepEqual([caller.received_packets, callee.received_packets, one_way], [10, 10, false]);
  assert.deepEqual([caller.mos_lq, caller.mos_lq_min, callee.mos_lq], [null, null, null]);
});
