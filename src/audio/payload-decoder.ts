import { g711Table, g722Decoder } from '../addon/audio-codecs.ts';
import type { CapturedPacket } from '../captures/packet.ts';
import { G722, G729, GSM, PCMA, PCMU } from './payload-types.ts';

/** Samples of a packet that are kept at most: half a second. */
export const MOST_SAMPLES = 4096;

/** Makes samples of payloads of one type, one after the other. */
export interface PayloadDecoder {
  /** Decodes a payload into `samples`; how many it made. */
  decode(payload: Uint8Array, samples: Int16Array): number;
}

/** Makes decoders; undefined for a payload type that cannot be decoded here. */
export type DecoderFactory = (payloadType: number) => PayloadDecoder | undefined;

/** The codecs of this package, which need no library of the system. */
export const ownDecoders: DecoderFactory = (payloadType) => {
  switch (payloadType) {
    case PCMU:
      return new TableDecoder(g711Table('ulaw'));
    case PCMA:
      return new TableDecoder(g711Table('alaw'));
    case G722: {
      const decoder = g722Decoder();
      return {
        decode: (payload, samples) => {
          decoder.decode(payload, samples);
          return Math.min(payload.length, samples.length);
        },
      };
    }
    default:
      return undefined;
  }
};

/** Payload types that `ownDecoders` has not, and a library of the system may have. */
export const LIBRARY_PAYLOAD_TYPES: readonly number[] = [GSM, G729];

class TableDecoder implements PayloadDecoder {
  readonly #table: Int16Array;

  constructor(table: Int16Array) {
    this.#table = table;
  }

  decode(payload: Uint8Array, samples: Int16Array): number {
    const table = this.#table;
    const count = Math.min(payload.length, samples.length);
    for (let i = 0; i < count; i++) samples[i] = table[payload[i] ?? 0] ?? 0;
    return count;
  }
}

/** The decoders of one stream: each payload type in it has one of its own, which is made when it comes. */
export class StreamDecoder {
  readonly #create: DecoderFactory;
  readonly #decoders = new Map<number, PayloadDecoder | undefined>();

  constructor(create: DecoderFactory) {
    this.#create = create;
  }

  /** Decodes a packet; how many samples it made, 0 when it cannot be decoded. */
  decode(packet: CapturedPacket, samples: Int16Array): number {
    const type = packet.payloadType;
    if (!this.#decoders.has(type)) this.#decoders.set(type, this.#create(type));
    return this.#decoders.get(type)?.decode(packet.bytes.subarray(packet.start, packet.end), samples) ?? 0;
  }
}
