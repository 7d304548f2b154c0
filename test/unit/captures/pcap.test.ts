import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CaptureError, type RecordBatch } from '../../../src/captures/packet.ts';
import { pcapParser } from '../../../src/captures/pcap.ts';
import { ethernet, ipv4, ipv6, loopback, NULL_LINK, pcapHeader, pcapRecord, rtp } from '../../helpers/recordings.ts';

const packet = rtp();
const frame = Buffer.concat([ethernet(0x0800), ipv4(packet)]);

function parse(
  frames: readonly Uint8Array[],
  options: { link?: number; ipv6?: boolean; cut?: number } = {},
): RecordBatch {
  const part = Buffer.concat(frames.map((each, index) => pcapRecord(each, 10 + index * 0.5)));
  const parser = pcapParser(pcapHeader(options.link), options.ipv6 ?? true);
  return parser(part.subarray(0, part.length - (options.cut ?? 0)), 24, true);
}

function datagrams({ records }: RecordBatch): Buffer[] {
  return records.map(({ bytes, start, end }) => Buffer.from(bytes.subarray(start, end)));
}

test('UDP in IPv4 and IPv6, over Ethernet and loopback', () => {
  const frames = [frame, Buffer.concat([ethernet(0x86dd), ipv6(packet)])];
  const batch = parse(frames);
  assert.deepEqual(datagrams(batch), [packet, packet]);
  assert.deepEqual(
    batch.records.map(({ time, offset }) => [time, offset]),
    [
      [10, 24],
      [10.5, 24 + 16 + frame.length],
    ],
  );
  const local = [Buffer.concat([loopback(2), ipv4(packet)]), Buffer.concat([loopback(10), ipv6(packet)])];
  assert.deepEqual(datagrams(parse(local, { link: NULL_LINK })), [packet, packet]);
});

test('IPv6 is counted where it is left out, other protocols are passed over', () => {
  const six = Buffer.concat([ethernet(0x86dd), ipv6(packet)]);
  const arp = Buffer.concat([ethernet(0x0806), Buffer.alloc(28)]);
  const batch = parse([six, arp, frame], { ipv6: false });
  assert.deepEqual(datagrams(batch), [packet]);
  assert.equal(batch.skippedIpv6, 1);
});

test('bytes behind a frame are no payload', () => {
  assert.deepEqual(datagrams(parse([Buffer.concat([frame, Buffer.alloc(6)])])), [packet]);
  const six = Buffer.concat([ethernet(0x86dd), ipv6(packet), Buffer.alloc(6)]);
  assert.deepEqual(datagrams(parse([six])), [packet]);
});

test('what a last record lacks is zeros, and it is marked', () => {
  const [record] = parse([frame], { cut: 60 }).records;
  assert.equal(record?.incomplete, true);
  assert.equal((record?.end ?? 0) - (record?.start ?? 0), packet.length);
});

test('a record that is shorter than its headers, or longer than any, breaks the file', () => {
  assert.deepEqual(parse([frame.subarray(0, 41)]).fault, { kind: 'broken' });
  assert.deepEqual(parse([frame], { cut: packet.length + 20 }).fault, { kind: 'broken' });
  const huge = pcapRecord(frame, 1);
  for (const length of [262_145, 0x7fffffff, 0xffffffff]) {
    huge.writeUInt32LE(length, 8);
    assert.deepEqual(pcapParser(pcapHeader(), true)(huge, 24, false).fault, { kind: 'broken' }, String(length));
  }
});

test('a record that goes on in the next part is left to it', () => {
  const part = Buffer.concat([pcapRecord(frame, 1), pcapRecord(frame, 2).subarray(0, 100)]);
  const batch = pcapParser(pcapHeader(), true)(part, 24, false);
  assert.deepEqual([batch.records.length, batch.next, batch.fault], [1, 24 + 16 + frame.length, undefined]);
});

test('headers of other files are refused in the words of the C tools', () => {
  const changed = (at: number, value: number): Buffer => {
    const header = pcapHeader();
    header.writeUInt16LE(value, at);
    return header;
  };
  const rows: readonly [Buffer, string][] = [
    [pcapHeader().subarray(0, 23), 'invalid PCAP format'],
    [changed(20, 113), 'unsupported data-link type in the PCAP: 113'],
    [changed(6, 3), 'unsupported version of the PCAP: 2.3'],
  ];
  for (const [header, message] of rows) {
    assert.throws(
      () => pcapParser(header, true),
      (error) => error instanceof CaptureError && error.message === message,
    );
  }
});
