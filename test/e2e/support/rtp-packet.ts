import { randomBytes } from 'node:crypto';

export interface RtpFields {
  readonly ssrc?: number;
  readonly payloadBytes?: number;
}

/** A PCMU packet with a random payload: 20 ms of it unless told otherwise. */
export function rtpPacket(seq: number, { ssrc = 0x1234abcd, payloadBytes = 160 }: RtpFields = {}): Buffer {
  const packet = randomBytes(12 + payloadBytes);
  packet.writeUInt8(0x80, 0);
  packet.writeUInt8(0, 1);
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
