import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { CaptureError } from '../../../src/captures/packet.ts';
import { type RecordedPacket, readRecording } from '../../../src/captures/read-recording.ts';
import { SrtpKeyError } from '../../../src/captures/srtp-key.ts';
import { temporaryDirectory } from '../../helpers/cleanup.ts';
import { adhocCall, adhocRecord, pcapCall, rtp, steady } from '../../helpers/recordings.ts';

function fileOf(t: TestContext, contents: Uint8Array): string {
  const file = path.join(temporaryDirectory(t), 'recording');
  writeFileSync(file, contents);
  return file;
}

async function read(file: string, key?: string): Promise<{ packets: RecordedPacket[]; flaws: string[] }> {
  const packets: RecordedPacket[] = [];
  const flaws: string[] = [];
  const options = { onFlaw: (text: string) => void flaws.push(text), ...(key !== undefined && { key }) };
  for await (const packet of readRecording(file, options)) packets.push(packet);
  return { packets, flaws };
}

test('packets have their fields and their payload', async (t) => {
  const payload = Buffer.from([1, 2, 3]);
  const fields = { payloadType: 8, marker: true, sequence: 3, timestamp: 4, ssrc: 5 };
  const { packets } = await read(fileOf(t, adhocRecord(rtp({ ...fields, payload }), 6.5)));
  assert.deepEqual(packets, [{ time: 6.5, ...fields, payload }]);
});

test('what is no packet is told, and why a file ends early', async (t) => {
  const contents = Buffer.concat([adhocRecord(Buffer.alloc(12), 1), adhocCall(steady(3))]);
  const { packets, flaws } = await read(fileOf(t, contents.subarray(0, contents.length - 5)));
  assert.equal(packets.length, 2);
  assert.deepEqual(flaws, ['incorrect RTP header version', 'the recording is cut']);
});

test('a packet of which a pcap file has a part only is left out', async (t) => {
  const contents = pcapCall([rtp(), rtp()]);
  assert.equal((await read(fileOf(t, contents.subarray(0, contents.length - 5)))).packets.length, 1);
});

test('nothing comes of an empty file; others that cannot be read are errors', async (t) => {
  assert.deepEqual(await read(fileOf(t, Buffer.alloc(0))), { packets: [], flaws: [] });
  await assert.rejects(read(fileOf(t, Buffer.from('0a0d0d0a00', 'hex'))), CaptureError);
  await assert.rejects(read(fileOf(t, adhocCall(steady(1))), 'key'), SrtpKeyError);
  await assert.rejects(read(path.join(temporaryDirectory(t), 'none')), { code: 'ENOENT' });
});

test('the file is closed when the reader stops early', async (t) => {
  const file = fileOf(t, adhocCall(steady(10)));
  const openFiles = (): number => readdirSync('/proc/self/fd').length;
  const before = openFiles();
  for await (const _ of readRecording(file)) break;
  assert.equal(openFiles(), before);
});
