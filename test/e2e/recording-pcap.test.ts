import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  openPhones,
  type Phones,
  type Recorder,
  recordsOf,
  startCall,
  startRecorder,
  talk,
  written,
} from './support/recorded-call.ts';
import { type Recorded, udpChecksum } from './support/recording-file.ts';
import { type Call, HOST, portIn } from './support/relay.ts';
import { readWithTshark } from './support/tshark.ts';
import type { Endpoint } from './support/udp-peer.ts';

const PACKETS = 25;

/** `source > destination` as the headers of a pcap record have them. */
function ends({ bytes, version }: Recorded): string {
  const [source, destination, udp] = version === 4 ? [42, 46, 50] : [38, 54, 70];
  const host = (at: number): string => {
    if (version === 4) return bytes.subarray(at, at + 4).join('.');
    const groups = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(at + 2 * i).toString(16));
    return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
  };
  return `${host(source)} ${bytes.readUInt16BE(udp)} > ${host(destination)} ${bytes.readUInt16BE(udp + 2)}`;
}

function line(from: Endpoint, to: Endpoint): string {
  return `${from.host} ${from.port} > ${to.host} ${to.port}`;
}

const behind = ({ host, port }: Endpoint): Endpoint => ({ host, port: port + 1 });

/** A call between the two hosts through the proxy's addresses of these families, both directions of it recorded. */
async function recordMixed(
  t: TestContext,
  recorder: Recorder,
  [caller, callee]: readonly [string, string],
  command: 'R' | 'Rs' = 'Rs',
): Promise<Phones & Call> {
  const phones = await openPhones(t, caller, callee);
  const family = (host: string) => (host.includes(':') ? '6' : '');
  const { control } = recorder;
  const up = `U${family(caller)}l{${family(callee) === '6' ? 'v6' : 'v4'}} c ${caller} ${phones.caller[0].local.port} from`;
  const forCallee = portIn(await control.command(up));
  const down = `L${family(callee)}l{${family(caller) === '6' ? 'v6' : 'v4'}} c ${callee} ${phones.callee[0].local.port} from to`;
  const forCaller = portIn(await control.command(down));
  assert.equal(await control.command(`${command} c from to`), '0\n');
  assert.equal(await control.command(`${command} c to from`), '0\n');
  return { ...phones, forCaller, forCallee };
}

/** RTP as it came, RTCP as it is sent on (media.md 6.5). */
function expectedEnds(call: Phones & Call, packets: number): string[] {
  const { caller, callee, forCaller, forCallee } = call;
  return [
    ...Array<string>(packets).fill(line(caller[0].local, forCaller)),
    line(behind(forCallee), callee[1].local),
    ...Array<string>(packets).fill(line(callee[0].local, forCallee)),
    line(behind(forCaller), caller[1].local),
  ];
}

for (const [name, caller, callee] of [
  ['IPv4', HOST, HOST],
  ['IPv6', '::1', '::1'],
  ['mixed families', HOST, '::1'],
  ['mixed families, the other way', '::1', HOST],
] as const) {
  test(`a single pcap file of a call: ${name}`, async (t) => {
    const recorder = await startRecorder(t, ['-P', '-l', `v4@${HOST}`, '-6', 'v6@::1']);
    const call = await recordMixed(t, recorder, [caller, callee]);
    await talk(call, PACKETS);
    await recorder.daemon.stop();
    const records = recordsOf(recorder.directory, 'c=from.pcap', true);
    assert.deepEqual(records.map(ends), expectedEnds(call, PACKETS));
    assert.deepEqual(
      records.map(udpChecksum),
      records.map(() => 0),
    );

    await t.test('Wireshark reads it', () => {
      const { streams, complaints } = readWithTshark(join(recorder.directory, 'c=from.pcap'));
      assert.deepEqual(complaints, []);
      const stream = (from: Endpoint, to: Endpoint, ssrc: string) => `${line(from, to)} ${ssrc} ${PACKETS} 0`;
      const expected = [
        stream(call.caller[0].local, call.forCaller, '0x00000001'),
        stream(call.callee[0].local, call.forCallee, '0x00000002'),
      ];
      assert.deepEqual(streams, expected.sort());
    });
  });
}

test('on a wildcard port the recording has the address that packets were sent to', async (t) => {
  const { control, daemon, directory } = await startRecorder(t, ['-P', '-l', '*']);
  const phones = await openPhones(t);
  const forCallee = Number(await control.command(`U c ${HOST} ${phones.caller[0].local.port} from`));
  assert.equal(await control.command('Rs c from to'), '0\n');
  assert.equal(await control.command('Rs c to from'), '0\n');
  // The second leg's ports are opened when it is recorded already.
  const forCaller = Number(await control.command(`L c ${HOST} ${phones.callee[0].local.port} from to`));
  const call = { ...phones, forCaller: { host: HOST, port: forCaller }, forCallee: { host: HOST, port: forCallee } };
  await talk(call, 2);
  await daemon.stop();
  assert.deepEqual(recordsOf(directory, 'c=from.pcap', true).map(ends), expectedEnds(call, 2));
});

test('separate pcap files show RTCP as it came', async (t) => {
  const { control, daemon, directory } = await startRecorder(t, ['-P']);
  const call = await startCall(t, control, 'c');
  await control.command('R c from to');
  await talk(call, 1);
  await daemon.stop();
  const rtcp = recordsOf(directory, 'c=from.o.rtcp', true).map(ends);
  assert.deepEqual(rtcp, [line(call.caller[1].local, behind(call.forCaller))]);
});

test('Wireshark reads separate pcap files of mixed families', async (t) => {
  const recorder = await startRecorder(t, ['-P', '-l', `v4@${HOST}`, '-6', 'v6@::1']);
  const call = await recordMixed(t, recorder, [HOST, '::1'], 'R');
  await talk(call, PACKETS);
  await recorder.daemon.stop();
  const { caller, callee, forCaller, forCallee } = call;
  for (const [name, streams] of [
    ['o.rtp', [`${line(caller[0].local, forCaller)} 0x00000001 ${PACKETS} 0`]],
    ['a.rtp', [`${line(callee[0].local, forCallee)} 0x00000002 ${PACKETS} 0`]],
    ['o.rtcp', []],
    ['a.rtcp', []],
  ] as const) {
    const file = join(recorder.directory, `c=from.${name}`);
    assert.deepEqual(readWithTshark(file), { streams, complaints: [] }, name);
  }
});

test('the second direction joins the file of the first', async (t) => {
  const { control, directory } = await startRecorder(t, ['-P']);
  const call = await startCall(t, control, 'c');
  await control.command('R c from to');
  await control.command('Rs c to from');
  await talk(call, 1);
  await control.command('N c from to');
  await talk(call, 1);
  await control.command('N c to from');
  await written(directory, 'c=from.o.rtp', 5, true);
  await written(directory, 'c=from.o.rtcp', 1, true);
  assert.equal(recordsOf(directory, 'c=from.o.rtp', true).length, 5);
});
