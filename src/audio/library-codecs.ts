import { G729_LIBRARY, GSM_LIBRARY, nativeCodecs } from '../addon/codecs.ts';
import { missingCodecs } from './missing-library.ts';
import { type DecoderFactory, ownDecoders } from './payload-decoder.ts';
import { G729, G729_FRAME, GSM, GSM_FRAME } from './payload-types.ts';
import { ownEncoder, PROMPT_CODECS, type PromptCodec, type PromptEncoder } from './prompt-encoders.ts';

/** The codecs of this package, and GSM and G.729 where the system has their libraries. */
export const decoders: DecoderFactory = (payloadType) => {
  if (payloadType === GSM) {
    const native = nativeCodecs(GSM_LIBRARY);
    return native && new native.NativeGsmDecoder();
  }
  if (payloadType === G729) {
    const native = nativeCodecs(G729_LIBRARY);
    return native && new native.NativeG729Decoder();
  }
  return ownDecoders(payloadType);
};

export interface EncoderOptions {
  /** Undefined: all that this installation has. */
  readonly codecs: readonly PromptCodec[] | undefined;
  /** G.729 with voice activity detection. */
  readonly vad: boolean;
}

/** The encoders of a prompt. @throws MissingLibraryError when a codec was named that needs one */
export function promptEncoders({ codecs, vad }: EncoderOptions): readonly PromptEncoder[] {
  const payloadTypes = PROMPT_CODECS.filter(({ name }) => codecs?.includes(name) ?? true).map(
    (each) => each.payloadType,
  );
  const missing = codecs && missingCodecs(payloadTypes);
  if (missing !== undefined) throw missing;
  return payloadTypes.flatMap((payloadType) => promptEncoder(payloadType, vad) ?? []);
}

/** The encoder of a payload type; undefined without its library. */
function promptEncoder(payloadType: number, vad: boolean): PromptEncoder | undefined {
  if (payloadType === GSM) return gsmEncoder();
  if (payloadType === G729) return g729Encoder(vad);
  return ownEncoder(payloadType);
}

function gsmEncoder(): PromptEncoder | undefined {
  const native = nativeCodecs(GSM_LIBRARY);
  if (native === undefined) return undefined;
  const encoder = new native.NativeGsmEncoder();
  return {
    payloadType: GSM,
    encode: (block) => {
      const bytes = new Uint8Array(GSM_FRAME.bytes);
      return bytes.subarray(0, encoder.encode(block, bytes));
    },
  };
}

function g729Encoder(vad: boolean): PromptEncoder | undefined {
  const native = nativeCodecs(G729_LIBRARY);
  if (native === undefined) return undefined;
  const encoder = new native.NativeG729Encoder();
  encoder.start(vad);
  const { bytes: frameBytes, samples: frameSamples } = G729_FRAME;
  return {
    payloadType: G729,
    encode: (block, _count, before) => {
      // As in the C tool, frames lie 10 bytes apart in a place where the codec before was: with voice activity detection
      // they are shorter, and what is written has bytes of that codec between them.
      const place = new Uint8Array(2 * frameBytes);
      place.set(before.subarray(0, place.length));
      let length = 0;
      for (const frame of [0, 1]) {
        const samples = block.subarray(frame * frameSamples, (frame + 1) * frameSamples);
        length += encoder.encode(samples, place.subarray(frame * frameBytes, (frame + 1) * frameBytes));
      }
      return place.subarray(0, length);
    },
  };
}
