import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CapturedPacket } from '../../../src/captures/packet.ts';
import { parseRtp, type RtpFlaw } from '../../../src/captures/rtp-header.ts';
import { rtp } from '../../helpers/recordings.ts';

/** A packet that stands between other bytes, as in a file. */
function parse(bytes: Uint8Array): CapturedPacket | RtpFlaw {
  const room = Buffer.concat([Buffer.alloc(5, 0xff), bytes, Buffer.alloc(5, 0xff)]);
  return parseRtp({ bytes: room, start: 5, end: 5 + bytes.length, time: 9, offset: 77, incomplete: false });
}

/** The packet with another first byte, and these bytes behind the fixed header. */
function variant(first: number, behind: readonly number[]): Buffer {
  const packet = Buffer.concat([rtp({ payload: Buffer.alloc(0) }), Buffer.from(behind)]);
  packet.writeUInt8(first, 0);
  return packet;
}

test('the fields of a packet', () => {
  const fields = { payloadType: 101, marker: true, sequence: 0xfffe, timestamp: 0xfffffffd, ssrc: 0xdeadbeef };
  const packet = parse(rtp({ ...fields, payload: Buffer.from([1, 2, 3]) }));
  assert.ok(typeof packet !== 'string');
  const { bytes, start, end, ...others } = packet;
  assert.deepEqual(others, { ...fields, time: 9, offset: 77, incomplete: false });
  assert.deepEqual([...bytes.subarray(start, end)], [1, 2, 3]);
});

test('CSRC list, extension and padding are no payload', () => {
  const csrcs = [0, 0, 0, 1, 0, 0, 0, 2];
  const extension = [0xbe, 0xde, 0, 1, 9, 9, 9, 9];
  const packet = parse(variant(0x80 | 0x20 | 0x10 | 2, [...csrcs, ...extension, 5, 6, 0, 0, 3]));
  assert.ok(typeof packet !== 'string');
  assert.deepEqual([...packet.bytes.subarray(packet.start, packet.end)], [5, 6]);
});

test('what is no RTP packet has a reason, in the words of the C tools', () => {
  const rows: readonly [Uint8Array, RtpFlaw][] = [
    [rtp().subarray(0, 11), 'packet is too short for RTP header'],
    [variant(0x40, []), 'incorrect RTP header version'],
    [variant(0xc0, []), 'incorrect RTP header version'],
    [variant(0x90, [0xbe, 0xde, 0]), 'packet is too short for extended RTP header size'],
    [variant(0x90, [0xbe, 0xde, 0, 1, 9, 9, 9]), 'packet is too short for extended RTP header'],
    [variant(0x90, [0xbe, 0xde, 0xff, 0xff]), 'packet is too short for extended RTP header'],
    [variant(0x8f, [1, 2, 3, 4]), 'packet is too short for extended RTP header'],
    [variant(0xa0, []), 'packet is too short for RTP padding size'],
    [variant(0xa0, [1, 3]), 'packet is too short for RTP padding'],
    [variant(0xa0, [1, 0]), 'invalid RTP padding size'],
  ];
  for (const [bytes, flaw] of rows) assert.equal(parse(bytes), flaw);
});
