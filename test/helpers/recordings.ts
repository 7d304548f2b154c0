import { Buffer } from 'node:buffer';

// Recordings as rtpproxy writes them, put together byte by byte.

export interface RtpFields {
  readonly payloadType?: number;
  readonly marker?: boolean;
  readonly sequence?: number;
  readonly timestamp?: number;
  readonly ssrc?: number;
  readonly payload?: Uint8Array;
}

/** A plain RTP packet; default: 20 ms of PCMU. */
export function rtp(fields: RtpFields = {}): Buffer {
  const { payloadType = 0, marker = false, sequence = 1, timestamp = 160, ssrc = 7, payload } = fields;
  const header = Buffer.alloc(12);
  header.writeUInt8(0x80, 0);
  header.writeUInt8((marker ? 0x80 : 0) | payloadType, 1);
  header.writeUInt16BE(sequence & 0xffff, 2);
  header.writeUInt32BE(timestamp >>> 0, 4);
  header.writeUInt32BE(ssrc, 8);
  return Buffer.concat([header, payload ?? Buffer.alloc(160, 0xff)]);
}

/** A record of an ad-hoc recording: the datagram, and when it came. */
export function adhocRecord(datagram: Uint8Array, time: number): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt16LE(2, 0);
  header.writeDoubleLE(time, 20);
  header.writeUInt16LE(datagram.length, 28);
  return Buffer.concat([header, datagram]);
}

/** An ad-hoc recording of one packet each 20 ms, from `time` on. */
export function adhocCall(packets: readonly RtpFields[], time = 1000): Buffer {
  return Buffer.concat(packets.map((fields, index) => adhocRecord(rtp(fields), time + index * 0.02)));
}

/** So many packets of PCMU, one after the other. */
export function steady(count: number, fields: RtpFields = {}): RtpFields[] {
  const { sequence = 1, timestamp = 160 } = fields;
  return Array.from({ length: count }, (_, index) => ({
    ...fields,
    sequence: (sequence + index) & 0xffff,
    timestamp: (timestamp + index * 160) >>> 0,
  }));
}

export const ETHERNET_LINK = 1;
export const NULL_LINK = 0;

/** The header of a pcap file. */
export function pcapHeader(link = ETHERNET_LINK): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(65535, 16);
  header.writeUInt32LE(link, 20);
  return header;
}

/** A record of a pcap file. `frame` begins with the header of the link. */
export function pcapRecord(frame: Uint8Array, time: number): Buffer {
  const header = Buffer.alloc(16);
  header.writeUInt32LE(Math.floor(time), 0);
  header.writeUInt32LE(Math.round((time % 1) * 1_000_000), 4);
  header.writeUInt32LE(frame.length, 8);
  header.writeUInt32LE(frame.length, 12);
  return Buffer.concat([header, frame]);
}

/** What stands before IP in a frame of Ethernet. */
export function ethernet(type: number): Buffer {
  const header = Buffer.alloc(14);
  header.writeUInt16BE(type, 12);
  return header;
}

/** What stands before IP in a frame of BSD's loopback. */
export function loopback(family: number): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt32LE(family, 0);
  return header;
}

function udp(datagram: Uint8Array): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt16BE(8 + datagram.length, 4);
  return Buffer.concat([header, datagram]);
}

/** A UDP datagram in an IPv4 packet. */
export function ipv4(datagram: Uint8Array): Buffer {
  const header = Buffer.alloc(20);
  header.writeUInt8(0x45, 0);
  header.writeUInt16BE(28 + datagram.length, 2);
  header.writeUInt8(17, 9);
  return Buffer.concat([header, udp(datagram)]);
}

/** A UDP datagram in an IPv6 packet. */
export function ipv6(datagram: Uint8Array): Buffer {
  const header = Buffer.alloc(40);
  header.writeUInt8(0x60, 0);
  header.writeUInt16BE(8 + datagram.length, 4);
  header.writeUInt8(17, 6);
  return Buffer.concat([header, udp(datagram)]);
}

/** A pcap recording over Ethernet and IPv4, of one packet each 20 ms. */
export function pcapCall(datagrams: readonly Uint8Array[], time = 1000): Buffer {
  const records = datagrams.map((each, index) =>
    pcapRecord(Buffer.concat([ethernet(0x0800), ipv4(each)]), time + index * 0.02),
  );
  return Buffer.concat([pcapHeader(), ...records]);
}
