import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WATCHED_PACKET } from '../../../src/addon/contract.ts';
import { decodeWatched, type WatchedPacket } from '../../../src/addon/watched.ts';

/** A record with every field set to something of its own, and its packet. */
function record(data: Uint8Array, family: 4 | 6 = 4): Buffer {
  const bytes = Buffer.alloc(Math.ceil((WATCHED_PACKET.size + data.length) / 8) * 8, 0xee);
  bytes.writeDoubleLE(2 ** 52 + 3, 0);
  bytes.writeDoubleLE(1_700_000_000.123456, 8);
  bytes.writeUInt32LE(data.length, 16);
  bytes.writeUInt16LE(0xabcd, 20);
  bytes.writeUInt16LE(0xfedc, 22);
  bytes.set([1, 1, family, family], 24);
  bytes.fill(0, 32, 64);
  bytes.set([10, 20, 30, 255], 32);
  bytes.set([192, 0, 2, 1], 48);
  bytes.set(data, WATCHED_PACKET.size);
  return bytes;
}

function decode(bytes: Buffer, count: number): WatchedPacket[] {
  return [...decodeWatched(bytes, count)];
}

test('every field of a record is read from its place', () => {
  const [packet, ...more] = decode(record(Buffer.from('packet')), 1);
  assert.equal(more.length, 0);
  assert.deepEqual(
    { ...packet, data: Buffer.from(packet?.data ?? []).toString() },
    {
      session: 2 ** 52 + 3,
      leg: 1,
      channel: 'RTCP',
      arrivedAt: 1_700_000_000.123456,
      source: { family: 4, host: '10.20.30.255', port: 0xabcd },
      local: { family: 4, host: '192.0.2.1', port: 0xfedc },
      data: 'packet',
    },
  );
});

test('a time is exact to a microsecond', () => {
  const [packet] = decode(record(Buffer.alloc(0)), 1);
  assert.equal(Math.round((packet?.arrivedAt ?? 0) * 1e6), 1_700_000_000_123_456);
});

test('IPv6 addresses are written as RFC 5952 wants it', () => {
  const bytes = record(Buffer.alloc(0), 6);
  bytes.fill(0, 32, 64);
  bytes[47] = 1;
  bytes.set([0x20, 0x01, 0x0d, 0xb8], 48);
  const [packet] = decode(bytes, 1);
  assert.deepEqual(packet?.source, { family: 6, host: '::1', port: 0xabcd });
  assert.equal(packet?.local.host, '2001:db8::');
});

test('packets of any length follow each other at multiples of 8', () => {
  const lengths = [0, 1, 7, 8, 9, 1400, 8192];
  const bytes = Buffer.concat(lengths.map((length) => record(Buffer.alloc(length, length & 255))));
  const packets = decode(bytes, lengths.length);
  assert.deepEqual(
    packets.map(({ data }) => data.length),
    lengths,
  );
  for (const { data } of packets) assert.ok(data.every((byte) => byte === (data.length & 255)));
  assert.deepEqual(decode(bytes, 0), []);
});
