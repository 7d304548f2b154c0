import type { CapturedPacket, CaptureRecord } from './packet.ts';

/** Why a record is no RTP packet, in the words of the C tools. */
export type RtpFlaw =
  | 'packet is too short for RTP header'
  | 'incorrect RTP header version'
  | 'packet is too short for extended RTP header size'
  | 'packet is too short for extended RTP header'
  | 'packet is too short for RTP padding size'
  | 'packet is too short for RTP padding'
  | 'invalid RTP padding size';

const FIXED_HEADER = 12;

/** The RTP packet of a record (RFC 3550 5.1), or why it is none. RTCP is not told from it, as in the C tools. */
export function parseRtp(record: CaptureRecord): CapturedPacket | RtpFlaw {
  const { bytes, start, end, time, offset, incomplete } = record;
  const size = end - start;
  if (size < FIXED_HEADER) return 'packet is too short for RTP header';
  const first = bytes[start] ?? 0;
  if (first >> 6 !== 2) return 'incorrect RTP header version';
  let header = FIXED_HEADER + 4 * (first & 0x0f);
  if ((first & 0x10) !== 0) {
    if (size < header + 4) return 'packet is too short for extended RTP header size';
    header += 4 + 4 * read16(bytes, start + header + 2);
  }
  if (size < header) return 'packet is too short for extended RTP header';
  let padding = 0;
  if ((first & 0x20) !== 0) {
    if (size === header) return 'packet is too short for RTP padding size';
    padding = bytes[end - 1] ?? 0;
    if (padding === 0) return 'invalid RTP padding size';
    if (size < header + padding) return 'packet is too short for RTP padding';
  }
  const second = bytes[start + 1] ?? 0;
  return {
    bytes,
    start: start + header,
    end: end - padding,
    time,
    offset,
    payloadType: second & 0x7f,
    marker: second > 0x7f,
    sequence: read16(bytes, start + 2),
    timestamp: read32(bytes, start + 4),
    ssrc: read32(bytes, start + 8),
    incomplete,
  };
}

function read16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

function read32(bytes: Uint8Array, at: number): number {
  return read16(bytes, at) * 0x10000 + read16(bytes, at + 2);
}
