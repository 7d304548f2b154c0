import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestScope, temporaryDirectory } from '../../helpers/cleanup.ts';
import type { ControlClient } from '../../helpers/control-client.ts';
import { until } from '../../helpers/deadline.ts';
import { type Recorded, readRecording } from './recording-file.ts';
import { type Call, HOST, type Relay, rtcpOf, setUpCall, startRelay } from './relay.ts';
import { rtcpPacket, rtpPacket } from './rtp-packet.ts';
import { UdpPeer } from './udp-peer.ts';

const DISK_MS = 5000;

/** A daemon that may record. */
export interface Recorder extends Relay {
  /** Directory of the recordings. */
  readonly directory: string;
}

/** Starts a daemon with `-r` and further arguments; `{top}` in them is the directory above the recordings. */
export async function startRecorder(
  scope: TestScope,
  args: readonly string[] = [],
  options: Parameters<typeof startRelay>[2] = {},
): Promise<Recorder> {
  const top = temporaryDirectory(scope);
  const directory = join(top, 'rec');
  mkdirSync(directory);
  const wanted = args.map((arg) => arg.replaceAll('{top}', top));
  const listen = wanted.includes('-l') || wanted.includes('-6') ? [] : ['-l', HOST];
  return { ...(await startRelay(scope, [...listen, '-r', directory, ...wanted], options)), directory };
}

/** Both phones of a call. */
export interface Phones {
  readonly caller: readonly [UdpPeer, UdpPeer];
  readonly callee: readonly [UdpPeer, UdpPeer];
}

export async function openPhones(scope: TestScope, callerHost = HOST, calleeHost = HOST): Promise<Phones> {
  return { caller: await UdpPeer.openPair(scope, callerHost), callee: await UdpPeer.openPair(scope, calleeHost) };
}

/** A call with phones of its own, set up under that Call-ID. */
export async function startCall(scope: TestScope, control: ControlClient, id: string): Promise<Phones & Call> {
  const phones = await openPhones(scope);
  return { ...phones, ...(await setUpCall(control, id, phones.caller[0].local, phones.callee[0].local)) };
}

/** What both parties have said, in order. */
export interface Talk {
  readonly caller: { readonly rtp: Buffer[]; readonly rtcp: Buffer[] };
  readonly callee: { readonly rtp: Buffer[]; readonly rtcp: Buffer[] };
}

/** Each party sends so many RTP packets and one RTCP packet, one after the other; all of them are relayed. */
export async function talk(call: Phones & Call, packets = 3): Promise<Talk> {
  const said: Talk = { caller: { rtp: [], rtcp: [] }, callee: { rtp: [], rtcp: [] } };
  for (const side of ['caller', 'callee'] as const) {
    const [rtp, rtcp] = call[side];
    const [otherRtp, otherRtcp] = call[side === 'caller' ? 'callee' : 'caller'];
    const port = side === 'caller' ? call.forCaller : call.forCallee;
    for (let seq = 1; seq <= packets; seq++) {
      const packet = rtpPacket(seq, { ssrc: side === 'caller' ? 1 : 2 });
      await rtp.send(packet, port);
      assert.deepEqual((await otherRtp.next()).data, packet);
      said[side].rtp.push(packet);
    }
    const report = rtcpPacket();
    await rtcp.send(report, rtcpOf(port));
    assert.deepEqual((await otherRtcp.next()).data, report);
    said[side].rtcp.push(report);
  }
  return said;
}

/** The records of a file. */
export function recordsOf(directory: string, name: string, pcap = false): readonly Recorded[] {
  return readRecording(readFileSync(join(directory, name)), pcap).records;
}

/** The packets in a file. */
export function packetsOf(directory: string, name: string, pcap = false): Buffer[] {
  return recordsOf(directory, name, pcap).map(({ payload }) => payload);
}

/** Waits until a file has so many packets. */
export function written(directory: string, name: string, count: number, pcap = false): Promise<void> {
  return until(
    () => readdirSync(directory).includes(name) && packetsOf(directory, name, pcap).length >= count,
    DISK_MS,
    `${count} packets in ${name}`,
  );
}
