import type { NativeCodecs } from './codecs-types.ts';
import { BUILD_AGAIN, loadAddon, NativeAddonError } from './loader.ts';

export type { NativeBlockDecoder, NativeCodecs, NativeG729Encoder, NativeSoundFile } from './codecs-types.ts';
export { NativeAddonError } from './loader.ts';

const ADDON = 'rtpproxy_codecs.node';

/** A library of the system that the tools use when it is there. */
export interface CodecLibrary {
  readonly name: string;
  /** Debian's package. */
  readonly package: string;
  readonly purpose: string;
  /** Why it cannot be used; empty when it can. */
  error(): string;
}

let loaded: NativeCodecs | string | undefined;

/** The addon that loads the libraries; a text: why it cannot be loaded itself. */
function codecs(): NativeCodecs | string {
  if (loaded !== undefined) return loaded;
  try {
    loaded = check(loadAddon(ADDON) as NativeCodecs);
  } catch (error) {
    if (!(error instanceof NativeAddonError)) throw error;
    loaded = error.message;
  }
  return loaded;
}

const METHODS = ['gsmError', 'g729Error', 'soundFileError', 'knowsSoundFormat'] as const;
const CODEC_CLASSES = ['NativeGsmEncoder', 'NativeGsmDecoder', 'NativeG729Encoder', 'NativeG729Decoder'] as const;

/** A text when the addon was built from another version. */
function check(native: NativeCodecs): NativeCodecs | string {
  const missing = [...METHODS, ...CODEC_CLASSES, 'NativeSoundFile' as const].filter(
    (name) => typeof native[name] !== 'function',
  );
  if (missing.length === 0) return native;
  return `the addon ${ADDON} was built from another version (it has no ${missing.join(', ')}). ${BUILD_AGAIN}`;
}

/** Why the addon itself cannot be used, whatever libraries there are, and what to do; empty when it can. */
export function codecAddonFault(): string {
  const native = codecs();
  return typeof native === 'string' ? native : '';
}

/** Libraries are not looked for when this is set: for tests of what is said without them. */
const WITHOUT = 'RTPPROXY_WITHOUT_CODECS';

function errorOf(ask: (native: NativeCodecs) => string): string {
  if (process.env[WITHOUT]) return `${WITHOUT} is set`;
  const native = codecs();
  return typeof native === 'string' ? native : ask(native);
}

export const GSM_LIBRARY: CodecLibrary = {
  name: 'libgsm',
  package: 'libgsm1',
  purpose: 'GSM 06.10 in recordings and prompts',
  error: () => errorOf((native) => native.gsmError()),
};
export const G729_LIBRARY: CodecLibrary = {
  name: 'bcg729',
  package: 'libbcg729-0',
  purpose: 'G.729 in recordings and prompts',
  error: () => errorOf((native) => native.g729Error()),
};
export const SNDFILE_LIBRARY: CodecLibrary = {
  name: 'libsndfile',
  package: 'libsndfile1',
  purpose: 'other audio files and encodings than our own',
  error: () => errorOf((native) => native.soundFileError()),
};

/** The classes of a library; undefined when it cannot be used. */
export function nativeCodecs(library: CodecLibrary): NativeCodecs | undefined {
  if (library.error() !== '') return undefined;
  const native = codecs();
  return typeof native === 'string' ? undefined : native;
}
