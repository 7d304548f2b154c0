import { encodeG711, type G711Law, g722Encoder } from '../addon/audio-codecs.ts';
import { G722, G729, GSM, PCMA, PCMU } from './payload-types.ts';

/** Samples that are encoded at a time: 20 ms. */
export const BLOCK_SAMPLES = 160;

/** Encodes a prompt, block by block. */
export interface PromptEncoder {
  readonly payloadType: number;
  /**
   * `block` has BLOCK_SAMPLES samples, of which the first `count` are of the prompt and the others 0. `before`: what the codec
   * before this one made of them.
   */
  encode(block: Int16Array, count: number, before: Uint8Array): Uint8Array;
}

/** Codecs of prompts, named as in an SDP, in the order in which makeann opens their files. */
export const PROMPT_CODECS = [
  { name: 'PCMU', payloadType: PCMU },
  { name: 'GSM', payloadType: GSM },
  { name: 'G729', payloadType: G729 },
  { name: 'PCMA', payloadType: PCMA },
  { name: 'G722', payloadType: G722 },
] as const;

/** A codec of prompts. */
export type PromptCodec = (typeof PROMPT_CODECS)[number]['name'];

/** An encoder that needs no library; undefined: there is none of that payload type. */
export function ownEncoder(payloadType: number): PromptEncoder | undefined {
  switch (payloadType) {
    case PCMU:
      return g711Encoder(payloadType, 'ulaw');
    case PCMA:
      return g711Encoder(payloadType, 'alaw');
    case G722:
      return wholeBlocks(payloadType);
    default:
      return undefined;
  }
}

function g711Encoder(payloadType: number, law: G711Law): PromptEncoder {
  return {
    payloadType,
    encode: (block, count) => {
      const codes = new Uint8Array(count);
      encodeG711(law, block, codes);
      return codes;
    },
  };
}

function wholeBlocks(payloadType: number): PromptEncoder {
  const encoder = g722Encoder();
  return {
    payloadType,
    encode: (block) => {
      const codes = new Uint8Array(BLOCK_SAMPLES);
      encoder.encode(block, codes);
      return codes;
    },
  };
}
