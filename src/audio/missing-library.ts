import { type CodecLibrary, codecAddonFault, G729_LIBRARY, GSM_LIBRARY, SNDFILE_LIBRARY } from '../addon/codecs.ts';
import { type AudioFormat, isLibraryFormat } from './formats.ts';
import { G729, GSM } from './payload-types.ts';

/** Codecs of libraries, by payload type. */
const LIBRARY_CODECS = [
  { payloadType: GSM, name: 'GSM', library: GSM_LIBRARY },
  { payloadType: G729, name: 'G.729', library: G729_LIBRARY },
] as const;

/** A codec or an audio file needs a library that is not there; the message is one line, which says how to get it. */
export class MissingLibraryError extends Error {
  readonly code = 'ERR_MISSING_LIBRARY';
}

/** What is missing to decode or encode payloads of these types; undefined: nothing. */
export function missingCodecs(payloadTypes: readonly number[]): MissingLibraryError | undefined {
  const needed = LIBRARY_CODECS.filter(({ payloadType }) => payloadTypes.includes(payloadType));
  const missing = needed.filter(({ library }) => library.error() !== '');
  if (missing.length === 0) return undefined;
  const needs = missing.map(({ name, library }) => `${name} needs ${library.name}`).join(', ');
  return new MissingLibraryError(`${needs} (${remedy(missing.map(({ library }) => library))})`);
}

/** What is missing to write such an audio file; undefined when it is not a library. */
export function missingForFile(format: AudioFormat): MissingLibraryError | undefined {
  if (!isLibraryFormat(format) || SNDFILE_LIBRARY.error() === '') return undefined;
  const { container, encoding } = format;
  const needs = `${encoding} in ${container} needs ${SNDFILE_LIBRARY.name}`;
  return new MissingLibraryError(`${needs} (${remedy([SNDFILE_LIBRARY])})`);
}

/** How to get libraries: from Debian; or what is to be done first when the addon that loads them cannot be used. */
function remedy(libraries: readonly CodecLibrary[]): string {
  return codecAddonFault() || `apt-get install ${libraries.map((library) => library.package).join(' ')}`;
}
