// Records the call of test/fixtures/media/recording/input.json: golden-recording.ts SET DIRECTORY [HOST]
// SET is a folder beside that file; the recordings are in DIRECTORY afterwards. With HOST all parties have that address.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { TestScope } from '../../helpers/cleanup.ts';
import { portIn, startRelay } from './relay.ts';
import { UdpPeer } from './udp-peer.ts';

interface GoldenPacket {
  readonly side: 'caller' | 'callee';
  readonly kind: 'rtp' | 'rtcp';
  readonly hex: string;
}

const INPUT = new URL('../../fixtures/media/recording/input.json', import.meta.url);
const HOSTS = {
  v4: { proxy: '127.77.0.1', caller: '127.77.1.1', callee: '127.77.1.2' },
  v6: { proxy: 'fd00:77::1', caller: 'fd00:77:1::1', callee: 'fd00:77:1::2' },
} as const;
/** RTP ports of the golden recordings; RTCP is behind them. */
const PORTS = { caller: 5000, callee: 6000, forCallee: 40000, forCaller: 40002 } as const;

/** Addresses that the IPv6 sets need besides ::1. */
export const IPV6_ADDRESSES: readonly string[] = Object.values(HOSTS.v6);

/** A packet goes out when the one before has arrived: the order in the recordings is that of the input. */
export async function recordGolden(scope: TestScope, set: string, directory: string, host?: string): Promise<void> {
  const v6 = set.endsWith('_v6');
  const all = host === undefined ? HOSTS[v6 ? 'v6' : 'v4'] : { proxy: host, caller: host, callee: host };
  const args = [v6 ? '-6' : '-l', all.proxy, '-b', '-m', '40000', '-M', '40099', '-r', directory];
  const { daemon, control } = await startRelay(scope, set.startsWith('pcap') ? [...args, '-P'] : args);
  const open = async (side: 'caller' | 'callee') => ({
    rtp: await UdpPeer.open(scope, all[side], PORTS[side]),
    rtcp: await UdpPeer.open(scope, all[side], PORTS[side] + 1),
  });
  const phones = { caller: await open('caller'), callee: await open('callee') };

  const call = `rec-${set.slice(0, -3)}-${set.slice(-2)}`;
  const six = v6 ? '6' : '';
  const record = set.startsWith('pcap_single') ? 'Rs' : 'R';
  const forCallee = portIn(await control.command(`U${six} ${call} ${all.caller} ${PORTS.caller} ftag`));
  const forCaller = portIn(await control.command(`L${six} ${call} ${all.callee} ${PORTS.callee} ftag ttag`));
  assert.deepEqual([forCallee.port, forCaller.port], [PORTS.forCallee, PORTS.forCaller]);
  assert.equal(await control.command(`${record} ${call} ftag ttag`), '0\n');
  assert.equal(await control.command(`${record} ${call} ttag ftag`), '0\n');

  const { packets } = JSON.parse(readFileSync(INPUT, 'utf8')) as { packets: GoldenPacket[] };
  for (const { side, kind, hex } of packets) {
    const data = Buffer.from(hex, 'hex');
    const { host: proxy, port } = side === 'caller' ? forCaller : forCallee;
    await phones[side][kind].send(data, { host: proxy, port: kind === 'rtp' ? port : port + 1 });
    const arrived = await phones[side === 'caller' ? 'callee' : 'caller'][kind].next();
    assert.deepEqual(arrived.data, data);
  }
  assert.equal(await control.command(`D ${call} ftag ttag`), '0\n');
  // At its end the daemon has written everything.
  await daemon.stop();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , set = '', directory = '', host] = process.argv;
  const steps: (() => Promise<void>)[] = [];
  try {
    await recordGolden({ after: (step) => steps.push(step) }, set, directory, host);
  } finally {
    for (const step of steps) await step();
  }
}
