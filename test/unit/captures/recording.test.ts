import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { type PacketOrFlaw, Recording } from '../../../src/captures/recording.ts';
import type { SrtpKey } from '../../../src/captures/srtp-key.ts';
import { atEnd, temporaryDirectory } from '../../helpers/cleanup.ts';
import { adhocCall, adhocRecord, pcapCall, rtp, steady } from '../../helpers/recordings.ts';
import { SrtpSender } from '../../helpers/srtp-sender.ts';

const OCTETS = Buffer.alloc(30, 7);
const KEY: SrtpKey = { master: OCTETS.subarray(0, 16), salt: OCTETS.subarray(16), tagLength: 10 };

async function packetsOf(t: TestContext, contents: Uint8Array, key?: SrtpKey): Promise<PacketOrFlaw[]> {
  const file = path.join(temporaryDirectory(t), 'recording');
  writeFileSync(file, contents);
  const recording = await Recording.open(file, { compat: false, key });
  assert.ok(recording);
  atEnd(t, () => recording.close());
  const found: PacketOrFlaw[] = [];
  for await (const { packets } of recording.batches()) found.push(...packets);
  return found;
}

const kinds = (packets: readonly PacketOrFlaw[]): (string | number)[] =>
  packets.map((packet) => (typeof packet === 'string' ? packet : packet.sequence));

test('packets and flaws come in the order of the file', async (t) => {
  const contents = Buffer.concat([
    adhocRecord(rtp({ sequence: 5 }), 1),
    adhocRecord(Buffer.alloc(12), 2),
    adhocRecord(rtp({ sequence: 4 }), 3),
  ]);
  assert.deepEqual(kinds(await packetsOf(t, contents)), [5, 'incorrect RTP header version', 4]);
});

test('datagrams that are too short are left out, in pcap files too', async (t) => {
  assert.deepEqual(kinds(await packetsOf(t, pcapCall([Buffer.alloc(11), rtp({ sequence: 3 })]))), [3]);
});

test('SRTP is decrypted in pcap files, and not looked at in ad-hoc ones', async (t) => {
  const sender = new SrtpSender(OCTETS, 10);
  const datagrams = steady(3).map((fields) => sender.protect(rtp(fields)));
  const plain = await packetsOf(t, pcapCall([...datagrams, rtp({ sequence: 9 })]), KEY);
  assert.deepEqual(kinds(plain), [1, 2, 3, 'decryption failed']);
  const [first] = plain;
  assert.ok(first !== undefined && typeof first !== 'string');
  assert.deepEqual(Buffer.from(first.bytes.subarray(first.start, first.end)), Buffer.alloc(160, 0xff));
  assert.deepEqual(kinds(await packetsOf(t, adhocCall(steady(2)), KEY)), [1, 2]);
});
