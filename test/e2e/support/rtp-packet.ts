import { randomBytes } from 'node:crypto';

export interface RtpFields {
  readonly ssrc?: number;
  readonly payloadBytes?: number;
  /** PCMU when absent. */
  readonly payloadType?: number;
}

/** A packet with a random payload: 20 ms of PCMU unless told otherwise. */
export function rtpPacket(seq: number, fields: RtpFields = {}): Buffer {
  const { ssrc = 0x1234abcd, payloadBytes = 160, payloadType = 0 } = fields;
  const packet = randomBytes(12 + payloadBytes);
  packet.writeUInt8(0x80, 0);
  packet.writeUInt8(payloadType, 1);
  packet.writeUInt16BE(seq & 0xffff, 2);
  packet.writeUInt32BE((seq * 160) >>> 0, 4);
  packet.writeUInt32BE(ssrc, 8);
  return packet;
}

/** A sender report with random figures. */
export function rtcpPacket(ssrc = 0x1234abcd): Buffer {
  const packet = randomBytes(28);
  packet.writeUInt8(0x80, 0);
  packet.writeUInt8(200, 1);
  packet.writeUInt16BE(6, 2);
  packet.writeUInt32BE(ssrc, 4);
  return packet;
}
