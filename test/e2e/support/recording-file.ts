import assert from 'node:assert/strict';

interface Range {
  readonly from: number;
  readonly to: number;
}

/** One packet of a recording with its headers; offsets count from the start of the record. */
export interface Recorded {
  readonly bytes: Buffer;
  readonly payload: Buffer;
  readonly version: 4 | 6;
  /** Unix time of arrival. */
  readonly seconds: number;
  readonly time: Range;
  /** Everything made from addresses. */
  readonly addresses: readonly Range[];
  /** Of the UDP checksum; only pcap has one. */
  readonly checksum: number | undefined;
}

export interface RecordedFile {
  readonly header: Buffer;
  readonly records: readonly Recorded[];
}

const PCAP_FILE_HEADER = 24;
const PCAP_RECORD_HEADER = 16;
const ETHERNET = 14;
const UDP = 8;
const ADHOC_HEADER = 30;

/** Reads a recording from its first to its last byte (media.md 6.5); fails when it does not end behind a whole record. */
export function readRecording(content: Buffer, pcap: boolean): RecordedFile {
  const records: Recorded[] = [];
  let at = pcap ? PCAP_FILE_HEADER : 0;
  const header = content.subarray(0, at);
  assert.equal(header.length, at, 'header of the file');
  while (at < content.length) {
    const record = pcap ? readPcap(content.subarray(at)) : readAdhoc(content.subarray(at));
    records.push(record);
    at += record.bytes.length;
  }
  return { header, records };
}

function readAdhoc(rest: Buffer): Recorded {
  assert.ok(rest.length >= ADHOC_HEADER, 'whole header of a record');
  const family = rest.readUInt16LE(0);
  assert.ok(family === 2 || family === 10, `address family ${family}`);
  const end = ADHOC_HEADER + rest.readUInt16LE(28);
  assert.ok(rest.length >= end, 'whole record');
  return {
    bytes: rest.subarray(0, end),
    payload: rest.subarray(ADHOC_HEADER, end),
    version: family === 2 ? 4 : 6,
    seconds: rest.readDoubleLE(20),
    time: { from: 20, to: 28 },
    addresses: [{ from: 4, to: 20 }],
    checksum: undefined,
  };
}

function readPcap(rest: Buffer): Recorded {
  assert.ok(rest.length >= PCAP_RECORD_HEADER, 'whole header of a record');
  const end = PCAP_RECORD_HEADER + rest.readUInt32LE(8);
  assert.ok(rest.length >= end, 'whole record');
  assert.equal(rest.readUInt32LE(12), rest.readUInt32LE(8), 'length on the wire');
  const type = rest.readUInt16BE(PCAP_RECORD_HEADER + 12);
  assert.ok(type === 0x0800 || type === 0x86dd, `Ethernet type ${type}`);
  const version = type === 0x0800 ? 4 : 6;
  const ip = PCAP_RECORD_HEADER + ETHERNET;
  const udp = ip + (version === 4 ? 20 : 40);
  assert.equal(rest.readUInt16BE(udp + 4), end - udp, 'UDP length');
  return {
    bytes: rest.subarray(0, end),
    payload: rest.subarray(udp + UDP, end),
    version,
    seconds: rest.readUInt32LE(0) + rest.readUInt32LE(4) / 1e6,
    time: { from: 0, to: 8 },
    addresses: [
      { from: PCAP_RECORD_HEADER, to: PCAP_RECORD_HEADER + 12 },
      version === 4 ? { from: ip + 12, to: udp } : { from: ip + 8, to: udp },
    ],
    checksum: udp + 6,
  };
}

/** Internet checksum of all that the UDP checksum of a pcap record covers: 0 when that is right. */
export function udpChecksum({ bytes, version }: Recorded): number {
  const ip = PCAP_RECORD_HEADER + ETHERNET;
  const udp = ip + (version === 4 ? 20 : 40);
  const pseudo = Buffer.alloc(4);
  pseudo.writeUInt16BE(17, 0);
  pseudo.writeUInt16BE(bytes.length - udp, 2);
  const covered = Buffer.concat([bytes.subarray(ip + (version === 4 ? 12 : 8), udp), pseudo, bytes.subarray(udp)]);
  let sum = 0;
  for (let at = 0; at < covered.length; at += 2) sum += ((covered[at] ?? 0) << 8) | (covered[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum >>> 16) + (sum & 0xffff);
  return ~sum & 0xffff;
}
