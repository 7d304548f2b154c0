import type { G711Law, NativeG722Decoder, NativeG722Encoder } from './codec-types.ts';
import { loadNative } from './loader.ts';

export type { G711Law } from './codec-types.ts';

/** Decodes as many G.711 codes as both arrays have. */
export function decodeG711(law: G711Law, codes: Uint8Array, samples: Int16Array): void {
  loadNative().decodeG711(law, codes, samples);
}

/** Encodes as many 16-bit samples as both arrays have. */
export function encodeG711(law: G711Law, samples: Int16Array, codes: Uint8Array): void {
  loadNative().encodeG711(law, samples, codes);
}

/** What the 256 codes of a law stand for. */
export function g711Table(law: G711Law): Int16Array {
  const samples = new Int16Array(256);
  decodeG711(
    law,
    Uint8Array.from({ length: 256 }, (_, code) => code),
    samples,
  );
  return samples;
}

/** A new G.722 encoder: what it makes of a block depends on those before it. */
export function g722Encoder(): NativeG722Encoder {
  return new (loadNative().NativeG722Encoder)();
}

/** A new G.722 decoder: one for each stream. */
export function g722Decoder(): NativeG722Decoder {
  return new (loadNative().NativeG722Decoder)();
}
