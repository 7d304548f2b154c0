import type { AudioFormat, Container, Encoding } from './formats.ts';
import { SAMPLE_RATE } from './payload-types.ts';
import type { Peak } from './peaks.ts';

/** How long a file is, and what its header says besides. */
export interface Contents {
  readonly dataBytes: number;
  readonly frames: number;
  /** Of each channel; for floating point samples. */
  readonly peaks: readonly Peak[];
}

/** What stands around the samples of a container. */
export interface Layout {
  readonly littleEndian: boolean;
  /** The header; undefined contents: the file cannot be gone back in, and its length is not known. */
  header(format: AudioFormat, width: number, contents: Contents | undefined): Buffer;
  /** Bytes that follow so many bytes of samples. */
  padding(dataBytes: number): number;
}

const noPadding = (): number => 0;

const AU_ENCODINGS: Readonly<Partial<Record<Encoding, number>>> = {
  ...{ ulaw: 1, pcm_s8: 2, pcm_16: 3, pcm_24: 4, pcm_32: 5, float: 6, double: 7, alaw: 27 },
};
const UNKNOWN_LENGTH = 0xffffffff;

/** Format tags of WAVE (RFC 2361). */
const WAVE_TAGS: Readonly<Partial<Record<Encoding, number>>> = { float: 3, double: 3, alaw: 6, ulaw: 7 };
const WAVE_PCM = 1;

/** Of such samples a header tells the peaks. */
export const isFloat = ({ encoding }: AudioFormat): boolean => encoding === 'float' || encoding === 'double';
const isCompanded = ({ encoding }: AudioFormat): boolean => encoding === 'ulaw' || encoding === 'alaw';

/** The header of Sun's and NeXT's audio files: all of it 32-bit numbers. */
function auHeader({ encoding, channels }: AudioFormat, _width: number, contents: Contents | undefined): Buffer {
  const header = Buffer.from('.snd'.padEnd(24, '\0'));
  header.writeUInt32BE(header.length, 4);
  header.writeUInt32BE(Math.min(contents?.dataBytes ?? UNKNOWN_LENGTH, UNKNOWN_LENGTH), 8);
  header.writeUInt32BE(AU_ENCODINGS[encoding] ?? 0, 12);
  header.writeUInt32BE(SAMPLE_RATE, 16);
  header.writeUInt32BE(channels, 20);
  return header;
}

/** WAVEFORMAT: tag, channels, rate, bytes a second, bytes a frame, bits a sample. */
function waveFormat({ encoding, channels }: AudioFormat, width: number): Buffer {
  const format = Buffer.alloc(16);
  format.writeUInt16LE(WAVE_TAGS[encoding] ?? WAVE_PCM, 0);
  format.writeUInt16LE(channels, 2);
  format.writeUInt32LE(SAMPLE_RATE, 4);
  format.writeUInt32LE(SAMPLE_RATE * channels * width, 8);
  format.writeUInt16LE(channels * width, 12);
  format.writeUInt16LE(8 * width, 14);
  return format;
}

function chunk(name: string, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const head = Buffer.from(`${name}\0\0\0\0`);
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(Math.min(value, UNKNOWN_LENGTH));
  return bytes;
}

/** The chunk in which libsndfile keeps the greatest magnitude of each channel. */
function peakChunk(peaks: readonly Peak[]): Buffer {
  const entries = peaks.map(({ magnitude, frame }) => {
    const value = Buffer.alloc(4);
    value.writeFloatLE(magnitude);
    return Buffer.concat([value, uint32(frame)]);
  });
  return chunk('PEAK', uint32(1), uint32(Math.floor(Date.now() / 1000)), ...entries);
}

function wavHeader(format: AudioFormat, width: number, contents: Contents | undefined): Buffer {
  const frames = uint32(contents?.frames ?? UNKNOWN_LENGTH);
  // What has a format tag of its own also has a length of extensions: none.
  const extension = isCompanded(format) ? [Buffer.alloc(2)] : [];
  const chunks = [
    Buffer.from('WAVE'),
    chunk('fmt ', waveFormat(format, width), ...extension),
    ...(isFloat(format) || isCompanded(format) ? [chunk('fact', frames)] : []),
    ...(isFloat(format) ? [peakChunk(contents?.peaks ?? [])] : []),
    Buffer.from('data'),
    uint32(contents?.dataBytes ?? UNKNOWN_LENGTH),
  ];
  const body = Buffer.concat(chunks);
  const length = contents === undefined ? UNKNOWN_LENGTH : body.length + contents.dataBytes + (contents.dataBytes % 2);
  return Buffer.concat([Buffer.from('RIFF'), uint32(length), body]);
}

/** Names of the chunks of Sonic Foundry's files: the four letters, and what makes them unique. */
const W64_NAMES = {
  riff: Buffer.from('726966662e91cf11a5d628db04c10000', 'hex'),
  wave: Buffer.from('77617665f3acd3118cd100c04f8edb8a', 'hex'),
  format: Buffer.from('666d7420f3acd3118cd100c04f8edb8a', 'hex'),
  fact: Buffer.from('66616374f3acd3118cd100c04f8edb8a', 'hex'),
  data: Buffer.from('64617461f3acd3118cd100c04f8edb8a', 'hex'),
} as const;
/** Name and length, which counts itself. */
const W64_HEAD = 24;

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function w64Chunk(name: Buffer, body: Buffer): Buffer {
  return Buffer.concat([name, uint64(W64_HEAD + body.length), body]);
}

function w64Header(format: AudioFormat, width: number, contents: Contents | undefined): Buffer {
  const dataBytes = contents?.dataBytes ?? 0;
  const body = Buffer.concat([
    W64_NAMES.wave,
    w64Chunk(W64_NAMES.format, waveFormat(format, width)),
    ...(isFloat(format) || isCompanded(format) ? [w64Chunk(W64_NAMES.fact, uint64(contents?.frames ?? 0))] : []),
    W64_NAMES.data,
    uint64(W64_HEAD + dataBytes),
  ]);
  return Buffer.concat([W64_NAMES.riff, uint64(W64_HEAD + body.length + dataBytes), body]);
}

/** The containers that need no library. */
export const LAYOUTS: Readonly<Partial<Record<Container, Layout>>> = {
  wav: { littleEndian: true, header: wavHeader, padding: (dataBytes) => dataBytes % 2 },
  w64: { littleEndian: true, header: w64Header, padding: noPadding },
  au: { littleEndian: false, header: auHeader, padding: noPadding },
  raw: { littleEndian: true, header: () => Buffer.alloc(0), padding: noPadding },
};
