/** The two laws of G.711: PCMU (payload type 0) and PCMA (8). */
export type G711Law = 'ulaw' | 'alaw';

/** G.711 of the addon (`native/codec/g711.h`): a code for each 16-bit sample, as many as both arrays have. */
export interface NativeG711 {
  decodeG711(law: G711Law, codes: Uint8Array, samples: Int16Array): void;
  encodeG711(law: G711Law, samples: Int16Array, codes: Uint8Array): void;
}

/** G.722 at 64 kbit/s from samples of 8 kHz (`native/codec/g722.h`): a byte for each, as many as both arrays have. */
export interface NativeG722Encoder {
  encode(samples: Int16Array, codes: Uint8Array): void;
}

/** G.722 at 64 kbit/s to samples of 8 kHz: one for each byte, as many as both arrays have. */
export interface NativeG722Decoder {
  decode(codes: Uint8Array, samples: Int16Array): void;
}
