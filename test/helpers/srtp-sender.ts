import { createCipheriv, createHmac } from 'node:crypto';

/** The sending side of SRTP (RFC 3711) for packets without extensions, apart from `src/captures/srtp.ts`. */
export class SrtpSender {
  readonly #tagLength: number;
  readonly #keys: readonly [encryption: Buffer, authentication: Buffer, salt: Buffer];

  /** Master key and salt, one behind the other. */
  constructor(key: Buffer, tagLength: number) {
    this.#tagLength = tagLength;
    const derived = (label: number, length: number): Buffer => {
      const block = Buffer.concat([key.subarray(16), Buffer.alloc(2)]);
      block[7] = (block[7] ?? 0) ^ label;
      return createCipheriv('aes-128-ctr', key.subarray(0, 16), block).update(Buffer.alloc(length));
    };
    this.#keys = [derived(0, 16), derived(1, 20), derived(2, 14)];
  }

  /** The packet as it is sent after so many turns of the sequence number. */
  protect(packet: Buffer, rollover = 0): Buffer {
    const [encryption, authentication, salt] = this.#keys;
    const turns = Buffer.alloc(4);
    turns.writeUInt32BE(rollover);
    const added = Buffer.concat([
      Buffer.alloc(4),
      packet.subarray(8, 12),
      turns,
      packet.subarray(2, 4),
      Buffer.alloc(2),
    ]);
    const counter = Buffer.concat([salt, Buffer.alloc(2)]).map((byte, index) => byte ^ (added[index] ?? 0));
    const payload = createCipheriv('aes-128-ctr', encryption, counter).update(packet.subarray(12));
    const message = Buffer.concat([packet.subarray(0, 12), payload]);
    const tag = createHmac('sha1', authentication).update(message).update(turns).digest();
    return Buffer.concat([message, tag.subarray(0, this.#tagLength)]);
  }
}
