import type { CaptureRecord, RecordBatch } from './packet.ts';

// The ad-hoc format: records of a header, in the byte order of this machine, and a datagram. In the header: the address
// (20 bytes), the time of arrival (a double), the length (16 bits).

const HEADER = 30;
const TIME_AT = 20;
const LENGTH_AT = 28;
/** Shorter datagrams are no RTP, and left out. */
const SHORTEST = 12;

/** Takes records off a part of an ad-hoc recording. What lacks of a header at the end of the file counts as zeros. */
export function parseAdhoc(part: Buffer, offset: number, last: boolean): RecordBatch {
  const records: CaptureRecord[] = [];
  const batch = (at: number): RecordBatch => ({ records, next: offset + at, skippedIpv6: 0 });
  let at = 0;
  while (at < part.length) {
    const start = at + HEADER;
    if (start > part.length && !last) break;
    const length = (part[at + LENGTH_AT] ?? 0) | ((part[at + LENGTH_AT + 1] ?? 0) << 8);
    const end = start + length;
    if (length < SHORTEST) {
      at = end;
      continue;
    }
    if (end > part.length) {
      if (!last) break;
      return { ...batch(at), fault: { kind: 'cut', missing: end - part.length } };
    }
    const time = finite(part.readDoubleLE(at + TIME_AT));
    records.push({ bytes: part, start, end, time, offset: offset + at, incomplete: false });
    at = end;
  }
  return last && at !== part.length ? { ...batch(at), fault: { kind: 'misaligned' } } : batch(at);
}

/** A time that is no number stands for none. */
function finite(time: number): number {
  return Number.isFinite(time) ? time : 0;
}
