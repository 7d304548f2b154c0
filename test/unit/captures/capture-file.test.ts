import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { CaptureFile } from '../../../src/captures/capture-file.ts';
import { CaptureError, type CaptureFault } from '../../../src/captures/packet.ts';
import { atEnd, temporaryDirectory } from '../../helpers/cleanup.ts';
import { adhocCall, adhocRecord, pcapCall, pcapHeader, rtp, steady } from '../../helpers/recordings.ts';

async function openFile(t: TestContext, contents: Uint8Array, compat = false): Promise<CaptureFile | undefined> {
  const file = path.join(temporaryDirectory(t), 'capture');
  writeFileSync(file, contents);
  const capture = await CaptureFile.open(file, { compat });
  if (capture !== undefined) atEnd(t, () => capture.close());
  return capture;
}

interface Found {
  readonly offsets: number[];
  readonly faults: CaptureFault[];
}

async function read(capture: CaptureFile | undefined, from?: number, until?: number): Promise<Found> {
  const found: Found = { offsets: [], faults: [] };
  if (capture === undefined) return found;
  for await (const { records, fault } of capture.batches(from, until)) {
    found.offsets.push(...records.map(({ offset }) => offset));
    if (fault !== undefined) found.faults.push(fault);
  }
  return found;
}

test('the first four bytes say which format it is', async (t) => {
  assert.equal((await openFile(t, adhocCall(steady(2))))?.format, 'adhoc');
  assert.equal((await openFile(t, pcapCall([rtp()])))?.format, 'pcap');
  assert.equal((await openFile(t, Buffer.from([1])))?.format, 'adhoc');
  assert.equal(await openFile(t, Buffer.alloc(0)), undefined);
});

test('other formats are refused by name, but not as by the C tools', async (t) => {
  const rows: readonly [string, RegExp][] = [
    ['0a0d0d0a', /^pcapng is not read; editcap/],
    ['a1b2c3d4', /^pcap in the byte order of another machine is not read/],
    ['4d3cb2a1', /^pcap with nanoseconds is not read/],
    ['a1b23c4d', /^pcap with nanoseconds, in the byte order of another machine is not read/],
  ];
  for (const [magic, message] of rows) {
    const contents = Buffer.concat([Buffer.from(magic, 'hex'), Buffer.alloc(100)]);
    const refused = (error: Error): boolean => error instanceof CaptureError && message.test(error.message);
    await assert.rejects(openFile(t, contents), refused, magic);
    assert.equal((await openFile(t, contents, true))?.format, 'adhoc');
  }
  await assert.rejects(openFile(t, pcapHeader().subarray(0, 10)), new CaptureError('invalid PCAP format'));
});

// Parts are of 256 kB: records lie across their ends, and some are nearly as long as a datagram can be.
for (const [format, head, contents] of [
  [
    'adhoc',
    0,
    Buffer.concat(steady(40).map((each, i) => adhocRecord(rtp({ ...each, payload: Buffer.alloc(i * 1500) }), i))),
  ],
  ['pcap', 24, pcapCall(steady(40).map((each, i) => rtp({ ...each, payload: Buffer.alloc(i * 1500) })))],
] as const) {
  test(`${format}: records are the same wherever parts end`, async (t) => {
    const capture = await openFile(t, contents);
    const whole = await read(capture);
    assert.equal(whole.offsets.length, 40);
    assert.deepEqual(whole.faults, []);
    assert.equal(whole.offsets[0], head);
    assert.ok(contents.length > 4 * 256 * 1024);
    // From any record, and up to the beginning of any.
    for (const [first, last] of [
      [3, 4],
      [10, 30],
      [39, 40],
    ] as const) {
      const part = await read(capture, whole.offsets[first], whole.offsets[last]);
      assert.deepEqual(
        part.offsets.filter((offset) => offset < (whole.offsets[last] ?? contents.length)),
        whole.offsets.slice(first, last),
      );
    }
  });

  test(`${format}: a file that ends within a record`, async (t) => {
    for (const missing of [1, 20, 1000]) {
      const { offsets, faults } = await read(await openFile(t, contents.subarray(0, contents.length - missing)));
      assert.equal(faults.length, 1, `${missing}`);
      assert.ok(offsets.length >= 39);
    }
  });
}

test('a pcap record that says it is longer than the file', async (t) => {
  const contents = pcapCall([rtp(), rtp()]);
  contents.writeUInt16BE(0x0806, 24 + 16 + 12);
  contents.writeUInt32LE(0xffffff00, 24 + 8);
  assert.deepEqual(await read(await openFile(t, contents)), { offsets: [], faults: [{ kind: 'misaligned' }] });
});
