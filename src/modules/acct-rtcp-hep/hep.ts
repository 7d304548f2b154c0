import { isIPv6 } from 'node:net';
import { addressBytes } from './address-bytes.ts';

// HEP3, by which capture agents send to HOMER: the magic, then chunks of vendor, type, length and data, all big-endian.

/** Protocol types (chunk 0x000b). */
export const HEP_TYPES = { rtcp: 5, qualityReport: 34, finalReport: 35, log: 100 } as const;
export type HepType = (typeof HEP_TYPES)[keyof typeof HEP_TYPES];

/** Longest packet: its length has two bytes. */
export const MAX_HEP_BYTES = 65_535;

/** Where a packet came from or went to; `host` is numeric. */
export interface HepEndpoint {
  readonly host: string;
  readonly port: number;
}

/** Something that was captured, and what is said of it. */
export interface HepPacket {
  readonly type: HepType;
  /** Both of one family. */
  readonly source: HepEndpoint;
  readonly destination: HepEndpoint;
  /** Unix seconds, exact to a microsecond. */
  readonly at: number;
  /** Latin-1, as Call-IDs are: one character is one byte. */
  readonly correlationId: string;
  readonly payload: Uint8Array;
}

/** Who captures. */
export interface HepAgent {
  /** Unsigned, 32 bits. */
  readonly captureId: number;
  /** What the collector knows the agent by; undefined: it does not ask. */
  readonly key: string | undefined;
}

const MAGIC = 0x48455033;
/** Magic and length of a packet; vendor, type and length of a chunk. */
const HEAD_BYTES = 6;
const UDP = 17;
/** Address families have their Linux numbers, as the C daemon sends them. */
const FAMILY = { v4: 2, v6: 10 } as const;
const MICROSECONDS = 1_000_000;

/** The bytes of a packet, its chunks in the order of the C daemon's; undefined: they would be too many. */
export function hepBytes(packet: HepPacket, { captureId, key }: HepAgent): Buffer | undefined {
  const { source, destination } = packet;
  const correlationId = Buffer.from(packet.correlationId, 'latin1');
  const v6 = isIPv6(source.host);
  const at = Math.round(packet.at * MICROSECONDS);
  const chunks: readonly Chunk[] = [
    [0x0001, 1, v6 ? FAMILY.v6 : FAMILY.v4],
    [0x0002, 1, UDP],
    [0x0007, 2, source.port],
    [0x0008, 2, destination.port],
    [0x0009, 4, Math.floor(at / MICROSECONDS)],
    [0x000a, 4, at % MICROSECONDS],
    [0x000b, 1, packet.type],
    [0x000c, 4, captureId],
    ...(key === undefined ? [] : [bytesChunk(0x000e, Buffer.from(key))]),
    bytesChunk(0x0011, correlationId),
    bytesChunk(v6 ? 0x0005 : 0x0003, addressBytes(source.host)),
    bytesChunk(v6 ? 0x0006 : 0x0004, addressBytes(destination.host)),
    bytesChunk(0x000f, packet.payload),
  ];
  const length = chunks.reduce((sum, [, size]) => sum + HEAD_BYTES + size, HEAD_BYTES);
  return length > MAX_HEP_BYTES ? undefined : assembled(chunks, length);
}

/** Type, bytes of the data, and the data: an unsigned integer of so many bytes, or the bytes. */
type Chunk = readonly [type: number, size: number, data: number | Uint8Array];

function bytesChunk(type: number, data: Uint8Array): Chunk {
  return [type, data.length, data];
}

function assembled(chunks: readonly Chunk[], length: number): Buffer {
  const packet = Buffer.alloc(length);
  packet.writeUInt16BE(length, packet.writeUInt32BE(MAGIC));
  let at = HEAD_BYTES;
  for (const [type, size, data] of chunks) {
    packet.writeUInt16BE(type, at + 2);
    packet.writeUInt16BE(HEAD_BYTES + size, at + 4);
    at += HEAD_BYTES;
    if (typeof data === 'number') packet.writeUIntBE(data, at, size);
    else packet.set(data, at);
    at += size;
  }
  return packet;
}
