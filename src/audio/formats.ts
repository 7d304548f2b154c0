/** A container or a sample encoding, as `-F` and `-D` of extractaudio name them. */
export interface FormatName<T extends string = string> {
  readonly name: T;
  readonly description: string;
  /** As libsndfile numbers it (sndfile.h). */
  readonly sndfile: number;
}

export const CONTAINERS = [
  { name: 'wav', sndfile: 0x010000, description: 'Microsoft WAV format (little endian default)' },
  { name: 'aiff', sndfile: 0x020000, description: 'Apple/SGI AIFF format (big endian)' },
  { name: 'au', sndfile: 0x030000, description: 'Sun/NeXT AU format (big endian)' },
  { name: 'raw', sndfile: 0x040000, description: 'RAW PCM data' },
  { name: 'paf', sndfile: 0x050000, description: 'Ensoniq PARIS file format' },
  { name: 'svx', sndfile: 0x060000, description: 'Amiga IFF / SVX8 / SV16 format' },
  { name: 'nist', sndfile: 0x070000, description: 'Sphere NIST format' },
  { name: 'voc', sndfile: 0x080000, description: 'VOC files' },
  { name: 'ircam', sndfile: 0x0a0000, description: 'Berkeley/IRCAM/CARL' },
  { name: 'w64', sndfile: 0x0b0000, description: "Sonic Foundry's 64 bit RIFF/WAV" },
  { name: 'mat4', sndfile: 0x0c0000, description: 'Matlab (tm) V4.2 / GNU Octave 2.0' },
  { name: 'mat5', sndfile: 0x0d0000, description: 'Matlab (tm) V5.0 / GNU Octave 2.1' },
  { name: 'pvf', sndfile: 0x0e0000, description: 'Portable Voice Format' },
  { name: 'xi', sndfile: 0x0f0000, description: 'Fasttracker 2 Extended Instrument' },
  { name: 'htk', sndfile: 0x100000, description: 'HMM Tool Kit format' },
  { name: 'sds', sndfile: 0x110000, description: 'Midi Sample Dump Standard' },
  { name: 'avr', sndfile: 0x120000, description: 'Audio Visual Research' },
  { name: 'wavex', sndfile: 0x130000, description: 'MS WAVE with WAVEFORMATEX' },
  { name: 'sd2', sndfile: 0x160000, description: 'Sound Designer 2' },
  { name: 'flac', sndfile: 0x170000, description: 'FLAC lossless file format' },
  { name: 'caf', sndfile: 0x180000, description: 'Core Audio File format' },
  { name: 'wve', sndfile: 0x190000, description: 'Psion WVE format' },
  { name: 'ogg', sndfile: 0x200000, description: 'Xiph OGG container' },
  { name: 'mpc2k', sndfile: 0x210000, description: 'Akai MPC 2000 sampler' },
  { name: 'rf64', sndfile: 0x220000, description: 'RF64 WAV file' },
] as const satisfies readonly FormatName[];

export const ENCODINGS = [
  { name: 'pcm_s8', sndfile: 0x0001, description: 'Signed 8 bit data' },
  { name: 'pcm_16', sndfile: 0x0002, description: 'Signed 16 bit data' },
  { name: 'pcm_24', sndfile: 0x0003, description: 'Signed 24 bit data' },
  { name: 'pcm_32', sndfile: 0x0004, description: 'Signed 32 bit data' },
  { name: 'pcm_u8', sndfile: 0x0005, description: 'Unsigned 8 bit data (WAV and RAW only)' },
  { name: 'float', sndfile: 0x0006, description: '32 bit float data' },
  { name: 'double', sndfile: 0x0007, description: '64 bit float data' },
  { name: 'ulaw', sndfile: 0x0010, description: 'U-Law encoded' },
  { name: 'alaw', sndfile: 0x0011, description: 'A-Law encoded' },
  { name: 'ima_adpcm', sndfile: 0x0012, description: 'IMA ADPCM' },
  { name: 'ms_adpcm', sndfile: 0x0013, description: 'Microsoft ADPCM' },
  { name: 'gsm610', sndfile: 0x0020, description: 'GSM 6.10 encoding' },
  { name: 'vox_adpcm', sndfile: 0x0021, description: 'OKI / Dialogix ADPCM' },
  { name: 'g721_32', sndfile: 0x0030, description: '32kbs G721 ADPCM encoding' },
  { name: 'g723_24', sndfile: 0x0031, description: '24kbs G723 ADPCM encoding' },
  { name: 'g723_40', sndfile: 0x0032, description: '40kbs G723 ADPCM encoding' },
  { name: 'dwvw_12', sndfile: 0x0040, description: '12 bit Delta Width Variable Word encoding' },
  { name: 'dwvw_16', sndfile: 0x0041, description: '16 bit Delta Width Variable Word encoding' },
  { name: 'dwvw_24', sndfile: 0x0042, description: '24 bit Delta Width Variable Word encoding' },
  { name: 'dwvw_n', sndfile: 0x0043, description: 'N bit Delta Width Variable Word encoding' },
  { name: 'dpcm_8', sndfile: 0x0050, description: '8 bit differential PCM (XI only)' },
  { name: 'dpcm_16', sndfile: 0x0051, description: '16 bit differential PCM (XI only)' },
  { name: 'vorbis', sndfile: 0x0060, description: 'Xiph Vorbis encoding' },
  { name: 'opus', sndfile: 0x0064, description: 'Xiph Opus encoding' },
] as const satisfies readonly FormatName[];

export type Container = (typeof CONTAINERS)[number]['name'];
export type Encoding = (typeof ENCODINGS)[number]['name'];

/** What an audio file is. */
export interface AudioFormat {
  readonly container: Container;
  readonly encoding: Encoding;
  readonly channels: 1 | 2;
}

/** Encodings that need no library, by the containers that do not, either. */
const OWN: Readonly<Partial<Record<Container, readonly Encoding[]>>> = {
  wav: ['pcm_16', 'pcm_24', 'pcm_32', 'pcm_u8', 'float', 'double', 'ulaw', 'alaw'],
  w64: ['pcm_16', 'pcm_24', 'pcm_32', 'pcm_u8', 'float', 'double', 'ulaw', 'alaw'],
  au: ['pcm_s8', 'pcm_16', 'pcm_24', 'pcm_32', 'float', 'double', 'ulaw', 'alaw'],
  raw: ['pcm_s8', 'pcm_16', 'pcm_24', 'pcm_32', 'pcm_u8', 'float', 'double', 'ulaw', 'alaw'],
};

/** True when this package writes such a file by itself. */
export function isOwnFormat({ container, encoding }: AudioFormat): boolean {
  return OWN[container]?.includes(encoding) ?? false;
}

/** The encodings of a container that need no library. */
export function ownEncodings(container: Container): readonly Encoding[] {
  return OWN[container] ?? [];
}

/** What libsndfile 1.2 writes beyond `OWN`; `/1`: one channel only. */
const LIBRARY: Readonly<Partial<Record<Container, string>>> = {
  wav: 'ima_adpcm ms_adpcm gsm610/1 g721_32/1',
  aiff: 'pcm_s8 pcm_16 pcm_24 pcm_32 pcm_u8 float double ulaw alaw ima_adpcm gsm610/1 dwvw_12/1 dwvw_16/1 dwvw_24/1',
  au: 'g721_32/1 g723_24/1 g723_40/1',
  raw: 'gsm610/1 vox_adpcm/1 dwvw_12/1 dwvw_16/1 dwvw_24/1',
  paf: 'pcm_s8 pcm_16 pcm_24',
  svx: 'pcm_s8/1 pcm_16/1',
  nist: 'pcm_s8 pcm_16 pcm_24 pcm_32 ulaw alaw',
  voc: 'pcm_16 pcm_u8 ulaw alaw',
  ircam: 'pcm_16 pcm_32 float ulaw alaw',
  w64: 'ima_adpcm ms_adpcm gsm610/1',
  mat4: 'pcm_16 pcm_32 float double',
  mat5: 'pcm_16 pcm_32 pcm_u8 float double',
  pvf: 'pcm_s8 pcm_16 pcm_32',
  xi: 'dpcm_8/1 dpcm_16/1',
  htk: 'pcm_16/1',
  sds: 'pcm_s8/1 pcm_16/1 pcm_24/1',
  avr: 'pcm_s8 pcm_16 pcm_u8',
  wavex: 'pcm_16 pcm_24 pcm_32 pcm_u8 float double ulaw alaw',
  sd2: 'pcm_s8 pcm_16 pcm_24 pcm_32',
  flac: 'pcm_s8 pcm_16 pcm_24',
  caf: 'pcm_s8 pcm_16 pcm_24 pcm_32 float double ulaw alaw',
  wve: 'alaw/1',
  ogg: 'vorbis opus',
  mpc2k: 'pcm_16',
  rf64: 'pcm_16 pcm_24 pcm_32 pcm_u8 float double ulaw alaw',
};

/** True when libsndfile would write such a file; it need not be there. */
export function isLibraryFormat({ container, encoding, channels }: AudioFormat): boolean {
  const names = libraryEncodings(container);
  return names.includes(encoding) || (channels === 1 && names.includes(`${encoding}/1`));
}

/** The encodings of a container that libsndfile has beyond our own; `/1` behind those that have one channel only. */
export function libraryEncodings(container: Container): readonly string[] {
  return LIBRARY[container]?.split(' ') ?? [];
}
