import { CaptureError, type CaptureRecord, type Extent, type RecordBatch, type RecordParser } from './packet.ts';

// Classic pcap in the byte order of this machine, with microseconds. A record has a header of 16 bytes, then that of the
// link, of IP (without options) and of UDP, then the datagram.

export const PCAP_MAGIC = 0xa1b2c3d4;
export const PCAP_HEADER = 24;
const RECORD_HEADER = 16;
const IPV4_HEADER = 20;
const IPV6_HEADER = 40;
const UDP_HEADER = 8;
const UDP = 17;
/** The longest that a capture has (libpcap); more is no record. */
const LONGEST = 262_144;

/** A kind of link: the length of its header, and what it carries. */
interface Link {
  readonly header: number;
  protocol(part: Buffer, at: number): 'ipv4' | 'ipv6' | undefined;
}

/** BSD's loopback: the number of an address family. */
const NULL_LINK: Link = {
  header: 4,
  protocol: (part, at) => {
    const family = part.readUInt32LE(at);
    return family === 2 ? 'ipv4' : family === 10 ? 'ipv6' : undefined;
  },
};
const ETHERNET: Link = {
  header: 14,
  protocol: (part, at) => {
    const type = part.readUInt16BE(at + 12);
    return type === 0x0800 ? 'ipv4' : type === 0x86dd ? 'ipv6' : undefined;
  },
};
const LINKS: ReadonlyMap<number, Link> = new Map([
  [0, NULL_LINK],
  [1, ETHERNET],
]);

/**
 * Reads the header of a pcap file, of which `head` is the beginning.
 *
 * @throws CaptureError
 */
export function pcapParser(head: Buffer, ipv6: boolean): RecordParser {
  if (head.length < PCAP_HEADER) throw new CaptureError('invalid PCAP format');
  const number = head.readInt32LE(20);
  const link = LINKS.get(number);
  if (link === undefined) throw new CaptureError(`unsupported data-link type in the PCAP: ${number}`);
  const version = `${head.readUInt16LE(4)}.${head.readUInt16LE(6)}`;
  if (version !== '2.4') throw new CaptureError(`unsupported version of the PCAP: ${version}`);
  return (part, offset, last) => parseRecords(part, offset, last, link, ipv6);
}

function parseRecords(part: Buffer, offset: number, last: boolean, link: Link, ipv6: boolean): RecordBatch {
  const records: CaptureRecord[] = [];
  const headers = RECORD_HEADER + link.header;
  let skippedIpv6 = 0;
  let foreign = 0;
  let at = 0;
  const batch = (): RecordBatch => ({ records, next: offset + at, skippedIpv6, foreign });
  while (at < part.length) {
    if (part.length - at < headers + IPV4_HEADER + UDP_HEADER) {
      if (!last) break;
      return { ...batch(), fault: { kind: 'broken' } };
    }
    const end = at + RECORD_HEADER + part.readUInt32LE(at + 8);
    const protocol = link.protocol(part, at + RECORD_HEADER);
    const six = protocol === 'ipv6';
    if (six && !ipv6) skippedIpv6++;
    if (protocol === undefined) foreign++;
    if (protocol === undefined || (six && !ipv6)) {
      at = end;
      continue;
    }
    if (end - at > LONGEST + RECORD_HEADER) return { ...batch(), fault: { kind: 'broken' } };
    if (end > part.length && !last) break;
    const packet = six ? ipv6Datagram(part, at + headers, end) : ipv4Datagram(part, at + headers, end);
    if (packet === 'short') return { ...batch(), fault: { kind: 'broken' } };
    if (packet !== undefined) records.push({ ...packet, time: timeOf(part, at), offset: offset + at });
    at = end;
  }
  return last && at !== part.length ? { ...batch(), fault: { kind: 'misaligned' } } : batch();
}

function timeOf(part: Buffer, at: number): number {
  return part.readUInt32LE(at) + part.readUInt32LE(at + 4) / 1_000_000;
}

type Datagram = Extent & Pick<CaptureRecord, 'incomplete'>;

/** What UDP carries. As in the C tools the header has no options and any protocol is taken for UDP. */
function ipv4Datagram(part: Buffer, at: number, end: number): Datagram | 'short' | undefined {
  const start = at + IPV4_HEADER + UDP_HEADER;
  if (start > end) return 'short';
  return datagram(part, start, end - trailing(part, at, end));
}

/** Bytes behind an IPv4 packet, such as those that fill up a short Ethernet frame. */
function trailing(part: Buffer, at: number, end: number): number {
  const total = part.readUInt16BE(at + 2);
  const plain = part[at] === 0x45 && part[at + 9] === UDP && part.readUInt16BE(at + IPV4_HEADER + 4) === total - 20;
  return plain && total >= IPV4_HEADER + UDP_HEADER ? Math.max(0, end - at - total) : 0;
}

function ipv6Datagram(part: Buffer, at: number, end: number): Datagram | undefined {
  const start = at + IPV6_HEADER + UDP_HEADER;
  if (start > end || start > part.length || part[at + 6] !== UDP) return undefined;
  const length = part.readUInt16BE(at + 4);
  return datagram(part, start, length >= UDP_HEADER ? Math.min(end, at + IPV6_HEADER + length) : end);
}

/** What the file lacks of its last datagram counts as zeros. */
function datagram(part: Buffer, start: number, end: number): Datagram {
  if (end <= part.length) return { bytes: part, start, end, incomplete: false };
  const filled = Buffer.alloc(end - start);
  part.copy(filled, 0, start);
  return { bytes: filled, start: 0, end: filled.length, incomplete: true };
}
