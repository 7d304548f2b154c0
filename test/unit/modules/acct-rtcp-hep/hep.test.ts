import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HEP_TYPES, type HepPacket, hepBytes, MAX_HEP_BYTES } from '../../../../src/modules/acct-rtcp-hep/hep.ts';
import { decodeHep, hepChunks } from '../../../helpers/hep-decoder.ts';

const AGENT = { captureId: 74565, key: undefined };
const PACKET: HepPacket = {
  type: HEP_TYPES.rtcp,
  source: { host: '127.0.0.1', port: 0xa411 },
  destination: { host: '127.0.0.1', port: 0x89a9 },
  at: 0x6b034d66 + 0x000cc093 / 1e6,
  correlationId: 'call-A',
  payload: Buffer.from('{ "a": 1 }'),
};

function bytesOf(change: Partial<HepPacket>, key?: string): Buffer {
  const bytes = hepBytes({ ...PACKET, ...change }, { captureId: 101, key });
  assert(bytes !== undefined);
  return bytes;
}

test('the bytes are those of the C daemon, but for the capture id', () => {
  const expected =
    '48455033 0079 000000010007 02 000000020007 11 000000070008 a411 000000080008 89a9 00000009000a 6b034d66 ' +
    '0000000a000a 000cc093 0000000b0007 05 0000000c000a 00012345 00000011000c 63616c6c2d41 00000003000a 7f000001 ' +
    '00000004000a 7f000001 0000000f0010 7b202261223a2031207d';
  assert.equal(hepBytes(PACKET, AGENT)?.toString('hex'), expected.replaceAll(' ', ''));
});

test('IPv6 has chunks of its own', () => {
  const source = { host: '2001:db8::1', port: 1 };
  const decoded = decodeHep(bytesOf({ source, destination: { host: '::1', port: 65535 } }));
  assert.equal(decoded.family, 10);
  assert.equal(decoded.source, '[2001:db8::1]:1');
  assert.equal(decoded.destination, '[::1]:65535');
});

test('the key stands behind the capture id', () => {
  const packet = bytesOf({}, 'schlüssel');
  assert.equal(decodeHep(packet).key, 'schlüssel');
  assert.deepEqual([...hepChunks(packet).keys()], [1, 2, 7, 8, 9, 10, 11, 12, 14, 17, 3, 4, 15]);
});

test('a Call-ID goes out byte for byte, and a time to the microsecond', () => {
  const correlationId = 'M\u00c3\u00bc,"x"%20\xff';
  for (const micros of [0, 1, 999_999, 500_000]) {
    const decoded = decodeHep(bytesOf({ correlationId, at: (1_795_378_477_000_000 + micros) / 1e6 }));
    assert.equal(decoded.correlationId, correlationId);
    assert.equal(Math.round(decoded.at * 1e6), 1_795_378_477_000_000 + micros);
  }
});

test('what does not fit the length is no packet', () => {
  const rest = bytesOf({ payload: Buffer.alloc(0) }).length;
  assert.equal(bytesOf({ payload: Buffer.alloc(MAX_HEP_BYTES - rest) }).length, MAX_HEP_BYTES);
  assert.equal(hepBytes({ ...PACKET, payload: Buffer.alloc(MAX_HEP_BYTES - rest + 1) }, AGENT), undefined);
});
