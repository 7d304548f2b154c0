import { endianness } from 'node:os';
import { encodeG711, type G711Law } from '../addon/audio-codecs.ts';
import type { Encoding } from './formats.ts';

/** Puts 16-bit samples into bytes. */
export interface SampleEncoding {
  /** Bytes of a sample. */
  readonly width: number;
  encode(samples: Int16Array): Buffer;
}

type Put = (out: DataView, at: number, sample: number, littleEndian: boolean) => void;

/** Samples stay 16 bits wide: what is more is zeros, and floating point numbers are whole ones, as with libsndfile. */
const LINEAR: Readonly<Partial<Record<Encoding, { readonly width: number; readonly put: Put }>>> = {
  pcm_s8: { width: 1, put: (out, at, sample) => out.setInt8(at, sample >> 8) },
  pcm_u8: { width: 1, put: (out, at, sample) => out.setUint8(at, (sample >> 8) + 128) },
  pcm_16: { width: 2, put: (out, at, sample, little) => out.setInt16(at, sample, little) },
  pcm_24: {
    width: 3,
    put: (out, at, sample, little) => {
      out.setInt16(little ? at + 1 : at, sample, little);
      out.setUint8(little ? at : at + 2, 0);
    },
  },
  pcm_32: { width: 4, put: (out, at, sample, little) => out.setInt32(at, sample << 16, little) },
  float: { width: 4, put: (out, at, sample, little) => out.setFloat32(at, sample, little) },
  double: { width: 8, put: (out, at, sample, little) => out.setFloat64(at, sample, little) },
};

const HOST_IS_LITTLE = endianness() === 'LE';

/** Samples as they are in memory. */
function bytesOf(samples: Int16Array): Buffer {
  return Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
}

/** The encoding of that name; undefined when it needs a library. */
export function sampleEncoding(name: Encoding, littleEndian: boolean): SampleEncoding | undefined {
  if (name === 'ulaw' || name === 'alaw') return companded(name);
  const linear = LINEAR[name];
  if (linear === undefined) return undefined;
  if (name === 'pcm_16' && littleEndian === HOST_IS_LITTLE) return { width: 2, encode: bytesOf };
  const { width, put } = linear;
  return {
    width,
    encode: (samples) => {
      const out = Buffer.allocUnsafe(samples.length * width);
      const view = new DataView(out.buffer, out.byteOffset, out.length);
      for (let i = 0; i < samples.length; i++) put(view, i * width, samples[i] ?? 0, littleEndian);
      return out;
    },
  };
}

/** G.711, where a negative sample has the code of its positive one but for the sign, as with libsndfile. */
function companded(law: G711Law): SampleEncoding {
  const codes = new Uint8Array(65536);
  const magnitudes = Int16Array.from({ length: 32768 }, (_, magnitude) => magnitude);
  const positive = new Uint8Array(magnitudes.length);
  encodeG711(law, magnitudes, positive);
  for (let magnitude = 0; magnitude < 32768; magnitude++) {
    codes[magnitude] = positive[magnitude] ?? 0;
    codes[65536 - magnitude] = (positive[magnitude] ?? 0) & 0x7f;
  }
  codes[0] = positive[0] ?? 0;
  codes[32768] = (positive[32767] ?? 0) & 0x7f;
  return {
    width: 1,
    encode: (samples) => {
      const out = Buffer.allocUnsafe(samples.length);
      for (let i = 0; i < samples.length; i++) out[i] = codes[(samples[i] ?? 0) & 0xffff] ?? 0;
      return out;
    },
  };
}
