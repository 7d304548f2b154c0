import { type G711Law, g711Table } from '../addon/audio-codecs.ts';

/** Reads one sample of a file, on the scale of 16 bits. */
export interface SampleReader {
  /** Bytes of a sample. */
  readonly width: number;
  at(bytes: Buffer, offset: number): number;
}

/** Floating point samples are from -1 to 1; a few times that is kept, since the filter takes some away again. */
const MOST = 4 * 32768;

const READERS: Readonly<Record<'integer' | 'float', readonly SampleReader[]>> = {
  integer: [
    // Samples of one byte have no sign.
    { width: 1, at: (bytes, offset) => ((bytes[offset] ?? 0) - 128) * 256 },
    { width: 2, at: (bytes, offset) => bytes.readInt16LE(offset) },
    { width: 3, at: (bytes, offset) => bytes.readIntLE(offset, 3) / 256 },
    { width: 4, at: (bytes, offset) => bytes.readInt32LE(offset) / 65536 },
  ],
  float: [
    { width: 4, at: (bytes, offset) => scaled(bytes.readFloatLE(offset)) },
    { width: 8, at: (bytes, offset) => scaled(bytes.readDoubleLE(offset)) },
  ],
};

/** The reader of little-endian samples of so many bytes; undefined: there are none such. */
export function sampleReader(kind: 'integer' | 'float' | G711Law, width: number): SampleReader | undefined {
  if (kind === 'integer' || kind === 'float') return READERS[kind].find((each) => each.width === width);
  if (width !== 1) return undefined;
  const table = g711Table(kind);
  return { width, at: (bytes, offset) => table[bytes[offset] ?? 0] ?? 0 };
}

function scaled(value: number): number {
  return Number.isNaN(value) ? 0 : Math.min(Math.max(value * 32768, -MOST), MOST);
}
