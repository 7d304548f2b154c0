import type { ByteSource } from './byte-source.ts';
import { HIGHEST_RATE } from './resampler.ts';
import { type SampleReader, sampleReader } from './sample-readers.ts';

/** A WAV file that cannot be read; the message says what is wrong with it. */
export class WavError extends Error {
  readonly code = 'ERR_WAV';
}

/** What the header of a WAV file says. */
export interface WavHeader {
  /** Hz. */
  readonly rate: number;
  readonly channels: number;
  readonly reader: SampleReader;
  /** Where the samples begin, and how many bytes they have; infinite: all that follow. */
  readonly begin: number;
  readonly bytes: number;
}

type Format = Omit<WavHeader, 'begin' | 'bytes'>;

/** Tags of RFC 2361; the last one has the tag behind the rest of the format. */
const PCM = 1;
const FLOAT = 3;
const ALAW = 6;
const ULAW = 7;
const EXTENSIBLE = 0xfffe;
/** What follows the tag in the sub-format of WAVE_FORMAT_EXTENSIBLE. */
const SUB_FORMAT = '000000001000800000aa00389b71';
const OTHER_FORMATS: Readonly<Record<number, string>> = {
  ...{ 2: 'Microsoft ADPCM', 17: 'IMA ADPCM', 49: 'GSM 06.10', 85: 'MP3' },
};

/** The format itself has 16 bytes, with its extension 40. */
const SHORTEST_FORMAT = 16;
const EXTENDED_FORMAT = 40;
/** Writers that do not know the length put something like this: 0x7ffff000 and more, or all ones. */
const UNKNOWN_LENGTH = 0x7f000000;

/** True when a source begins like a WAV file, also one of RF64 (EBU Tech 3306). */
export async function isWav(source: ByteSource): Promise<boolean> {
  if (!(await source.has(12))) return false;
  const start = source.bytes.toString('latin1', 0, 12);
  return /^(?:RIFF|RF64)....WAVE$/s.test(start);
}

/** Reads the header of a WAV file up to its samples, where the source is then. @throws WavError */
export async function readWavHeader(source: ByteSource): Promise<WavHeader> {
  await source.has(12);
  const riffBytes = source.bytes.readUInt32LE(4);
  let at = 12;
  let format: Format | undefined;
  let longBytes: number | undefined;
  for (;;) {
    await source.seek(at);
    const name = await chunkName(source, at, format);
    const length = source.bytes.readUInt32LE(4);
    at += 8;
    source.skip(8);
    if (name === 'data') {
      if (format === undefined) throw new WavError('its samples come before their format (fmt chunk)');
      const bytes = longBytes ?? dataBytes(source, at, length, riffBytes);
      if (source.size !== undefined && Number.isFinite(bytes) && at + bytes > source.size)
        throw cutOff(at + bytes - source.size);
      return { ...format, begin: at, bytes };
    }
    if (name === 'fmt ') format = readFormat(await body(source, length, SHORTEST_FORMAT, EXTENDED_FORMAT));
    // The length of RIFF, then that of the samples, 64 bits each.
    if (name === 'ds64') longBytes = Number((await body(source, length, 16, 16)).readBigUInt64LE(8));
    at += length + (length % 2);
  }
}

/** A file that ends before its samples do. */
export function cutOff(missing: number): WavError {
  return new WavError(`it is cut off: ${missing} bytes of its samples are missing`);
}

async function chunkName(source: ByteSource, at: number, format: Format | undefined): Promise<string> {
  if (await source.has(8)) return source.bytes.toString('latin1', 0, 4);
  if (source.bytes.length > 0 || (source.size !== undefined && at > source.size))
    throw new WavError('its header is cut off');
  throw new WavError(`it has no ${format === undefined ? 'format (fmt chunk)' : 'samples (data chunk)'}`);
}

/** The beginning of a chunk: `most` bytes, or as many as it has, but not less than `least`. */
async function body(source: ByteSource, length: number, least: number, most: number): Promise<Buffer> {
  if (length < least) throw new WavError(`a chunk of its header has ${length} bytes instead of ${least}`);
  const count = Math.min(length, most);
  if (!(await source.has(count))) throw new WavError('its header is cut off');
  return source.bytes.subarray(0, count);
}

function dataBytes(source: ByteSource, begin: number, length: number, riffBytes: number): number {
  const isBehindEnd = source.size === undefined || begin + length > source.size;
  if (length >= UNKNOWN_LENGTH && isBehindEnd) return Number.POSITIVE_INFINITY;
  const isLeftOut = length === 0 && (riffBytes === 0 || riffBytes === 0xffffffff);
  return isLeftOut ? Number.POSITIVE_INFINITY : length;
}

function readFormat(bytes: Buffer): Format {
  const channels = bytes.readUInt16LE(2);
  const rate = bytes.readUInt32LE(4);
  const frameBytes = bytes.readUInt16LE(12);
  const bits = bytes.readUInt16LE(14);
  if (channels === 0) throw new WavError('it has no channel');
  if (rate === 0 || rate > HIGHEST_RATE) throw new WavError(`its rate is ${rate} Hz; 1 to ${HIGHEST_RATE} can be read`);
  const width = frameBytes / channels;
  const tag = formatTag(bytes);
  const reader = sampleReader(kindOf(tag), width);
  if (reader === undefined || 8 * width < bits || bits === 0) {
    throw new WavError(
      `samples of ${bits} bits in frames of ${frameBytes} bytes for ${channels} channels cannot be read`,
    );
  }
  return { rate, channels, reader };
}

function formatTag(bytes: Buffer): number {
  const tag = bytes.readUInt16LE(0);
  if (tag !== EXTENSIBLE) return tag;
  if (bytes.length < EXTENDED_FORMAT) throw new WavError('its extended format is cut off');
  if (bytes.toString('hex', 26, 40) !== SUB_FORMAT)
    throw new WavError('its sub-format is none of those that are known');
  return bytes.readUInt16LE(24);
}

function kindOf(tag: number): 'integer' | 'float' | 'ulaw' | 'alaw' {
  if (tag === PCM) return 'integer';
  if (tag === FLOAT) return 'float';
  if (tag === ULAW) return 'ulaw';
  if (tag === ALAW) return 'alaw';
  const name = OTHER_FORMATS[tag] ?? `format 0x${tag.toString(16).padStart(4, '0')}`;
  throw new WavError(`its samples are ${name}; PCM, floating point, u-law and A-law can be read`);
}
