import { createCipheriv, createHmac, timingSafeEqual } from 'node:crypto';
import type { CaptureRecord } from './packet.ts';
import type { SrtpKey } from './srtp-key.ts';

// SRTP (RFC 3711) with AES in counter mode and HMAC-SHA1: the receiving side, for one SSRC.

const AUTHENTICATION_KEY = 20;
const FIXED_HEADER = 12;
/** Packets that may come late; older ones could be replayed. */
const REPLAY_WINDOW = 128n;
const HALF = 0x8000;

/** What the master key is turned into (RFC 3711 4.3.1). */
const LABELS = { encryption: 0, authentication: 1, salt: 2 } as const;

/** The keys of one direction, bound to the SSRC of the first packet that it sees. */
export class SrtpReceiver {
  readonly #tagLength: number;
  readonly #encryptionKey: Buffer;
  readonly #authenticationKey: Buffer;
  readonly #salt: Buffer;
  #ssrc: number | undefined;
  /** The highest packet index so far: roll-over counter and sequence number. */
  #highest: bigint | undefined;
  /** Bit n stands for the packet n before the highest one. */
  #seen = 0n;

  constructor(key: SrtpKey) {
    this.#tagLength = key.tagLength;
    this.#encryptionKey = derive(key, LABELS.encryption, 16);
    this.#authenticationKey = derive(key, LABELS.authentication, AUTHENTICATION_KEY);
    this.#salt = derive(key, LABELS.salt, 14);
  }

  /** The RTP packet of a record; undefined when it is not authentic, of another SSRC, or was there before. */
  unprotect(record: CaptureRecord): CaptureRecord | undefined {
    const packet = Buffer.from(record.bytes.buffer, record.bytes.byteOffset + record.start, record.end - record.start);
    const header = headerLength(packet);
    const end = packet.length - this.#tagLength;
    if (header === undefined || end < header) return undefined;
    const ssrc = packet.readUInt32BE(8);
    this.#ssrc ??= ssrc;
    if (ssrc !== this.#ssrc) return undefined;
    const index = this.#indexOf(packet.readUInt16BE(2));
    if (index === undefined || this.#isReplayed(index)) return undefined;
    if (!this.#isAuthentic(packet, end, index)) return undefined;
    this.#remember(index);
    const bytes = Buffer.concat([packet.subarray(0, header), this.#decrypt(packet.subarray(header, end), ssrc, index)]);
    const { time, offset, incomplete } = record;
    return { bytes, start: 0, end: bytes.length, time, offset, incomplete };
  }

  /** The index that a sequence number stands for: the nearest one to the highest so far (RFC 3711 3.3.1). */
  #indexOf(sequence: number): bigint | undefined {
    if (this.#highest === undefined) return BigInt(sequence);
    const rollover = this.#highest >> 16n;
    const distance = sequence - Number(this.#highest & 0xffffn);
    const turn = distance > HALF ? -1n : distance < -HALF ? 1n : 0n;
    // Before the first turn there is nothing: as with libsrtp such a number is one ahead.
    const index = ((rollover + turn) << 16n) | BigInt(sequence);
    return index < 0n ? BigInt(sequence) : index;
  }

  #isReplayed(index: bigint): boolean {
    if (this.#highest === undefined || index > this.#highest) return false;
    const age = this.#highest - index;
    return age >= REPLAY_WINDOW || ((this.#seen >> age) & 1n) === 1n;
  }

  #remember(index: bigint): void {
    if (this.#highest === undefined || index > this.#highest) {
      const step = this.#highest === undefined ? REPLAY_WINDOW : index - this.#highest;
      this.#seen = step >= REPLAY_WINDOW ? 1n : BigInt.asUintN(Number(REPLAY_WINDOW), (this.#seen << step) | 1n);
      this.#highest = index;
    } else {
      this.#seen |= 1n << (this.#highest - index);
    }
  }

  #isAuthentic(packet: Buffer, end: number, index: bigint): boolean {
    const rollover = Buffer.alloc(4);
    rollover.writeUInt32BE(Number((index >> 16n) & 0xffffffffn));
    const hmac = createHmac('sha1', this.#authenticationKey).update(packet.subarray(0, end)).update(rollover);
    return timingSafeEqual(hmac.digest().subarray(0, this.#tagLength), packet.subarray(end));
  }

  /** RFC 3711 4.1.1: the salt, with the SSRC and the index added to it, begins the counter. */
  #decrypt(payload: Buffer, ssrc: number, index: bigint): Buffer {
    const counter = Buffer.alloc(16);
    this.#salt.copy(counter);
    counter.writeUInt32BE((counter.readUInt32BE(4) ^ ssrc) >>> 0, 4);
    counter.writeUIntBE(Number(BigInt(counter.readUIntBE(8, 6)) ^ (index & 0xffffffffffffn)), 8, 6);
    return createCipheriv('aes-128-ctr', this.#encryptionKey, counter).update(payload);
  }
}

function derive(key: SrtpKey, label: number, length: number): Buffer {
  const counter = Buffer.alloc(16);
  key.salt.copy(counter);
  counter.writeUInt8(counter.readUInt8(7) ^ label, 7);
  return createCipheriv('aes-128-ctr', key.master, counter).update(Buffer.alloc(length));
}

/** What stays readable: the RTP header with its CSRC list and extension; undefined when it is not all there. */
function headerLength(packet: Buffer): number | undefined {
  if (packet.length < FIXED_HEADER || packet.readUInt8(0) >> 6 !== 2) return undefined;
  let length = FIXED_HEADER + 4 * (packet.readUInt8(0) & 0x0f);
  if ((packet.readUInt8(0) & 0x10) !== 0) {
    if (packet.length < length + 4) return undefined;
    length += 4 + 4 * packet.readUInt16BE(length + 2);
  }
  return length <= packet.length ? length : undefined;
}
