import { addressText } from '../../src/addon/endpoint.ts';

/** A HEP3 packet as a collector reads it. */
export interface DecodedHep {
  readonly family: number;
  readonly transport: number;
  readonly source: string;
  readonly destination: string;
  /** Unix seconds. */
  readonly at: number;
  readonly type: number;
  readonly captureId: number;
  readonly key: string | undefined;
  readonly correlationId: string;
  readonly payload: string;
}

/** Chunks of a packet by type, in their order. Throws for anything that is not one whole packet. */
export function hepChunks(packet: Buffer): Map<number, Buffer> {
  if (packet.toString('latin1', 0, 4) !== 'HEP3') throw new Error('no HEP3');
  if (packet.readUInt16BE(4) !== packet.length) throw new Error(`length ${packet.readUInt16BE(4)} of ${packet.length}`);
  const chunks = new Map<number, Buffer>();
  for (let at = 6; at < packet.length; ) {
    const length = packet.readUInt16BE(at + 4);
    if (packet.readUInt16BE(at) !== 0 || length < 6 || at + length > packet.length)
      throw new Error(`bad chunk at ${at}`);
    chunks.set(packet.readUInt16BE(at + 2), packet.subarray(at + 6, at + length));
    at += length;
  }
  return chunks;
}

export function decodeHep(packet: Buffer): DecodedHep {
  const chunks = hepChunks(packet);
  const number = (type: number): number => {
    const data = chunks.get(type);
    if (data === undefined) throw new Error(`no chunk ${type}`);
    return data.readUIntBE(0, data.length);
  };
  const address = (v4: number, v6: number): string => {
    const four = chunks.get(v4);
    if (four !== undefined) return addressText(4, four);
    return `[${addressText(6, chunks.get(v6) ?? Buffer.alloc(0))}]`;
  };
  return {
    family: number(1),
    transport: number(2),
    source: `${address(3, 5)}:${number(7)}`,
    destination: `${address(4, 6)}:${number(8)}`,
    at: number(9) + number(10) / 1e6,
    type: number(11),
    captureId: number(12),
    key: chunks.get(14)?.toString('utf8'),
    correlationId: chunks.get(17)?.toString('latin1') ?? '',
    payload: chunks.get(15)?.toString('utf8') ?? '',
  };
}

/** The packets in a byte stream, and how many bytes of it they are. */
export function hepPackets(stream: Buffer): { readonly packets: Buffer[]; readonly bytes: number } {
  const packets: Buffer[] = [];
  let at = 0;
  while (at + 6 <= stream.length) {
    const length = stream.readUInt16BE(at + 4);
    if (at + length > stream.length) break;
    packets.push(stream.subarray(at, at + length));
    at += length;
  }
  return { packets, bytes: at };
}
