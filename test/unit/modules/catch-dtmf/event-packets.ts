/** Fields of an event packet that tests set. */
export interface EventFields {
  readonly code: number;
  readonly timestamp: number;
  readonly end?: boolean;
  readonly duration?: number;
  readonly volume?: number;
  readonly ssrc?: number;
  readonly seq?: number;
  readonly payloadType?: number;
}

/** An RTP packet with a telephone event (RFC 4733). */
export function eventPacket(fields: EventFields): Buffer {
  const { code, timestamp, end = false, duration = 160, volume = 10, ssrc = 0x11223344, seq = 1 } = fields;
  const packet = Buffer.alloc(16);
  packet.writeUInt8(0x80, 0);
  packet.writeUInt8(fields.payloadType ?? 101, 1);
  packet.writeUInt16BE(seq, 2);
  packet.writeUInt32BE(timestamp, 4);
  packet.writeUInt32BE(ssrc, 8);
  packet.writeUInt8(code, 12);
  packet.writeUInt8((end ? 0x80 : 0) | volume, 13);
  packet.writeUInt16BE(duration, 14);
  return packet;
}
