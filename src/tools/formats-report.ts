import { type CodecLibrary, G729_LIBRARY, GSM_LIBRARY, SNDFILE_LIBRARY } from '../addon/codecs.ts';
import { CONTAINERS, type Container, libraryEncodings, ownEncodings } from '../audio/formats.ts';

const LIBRARIES: readonly CodecLibrary[] = [GSM_LIBRARY, G729_LIBRARY, SNDFILE_LIBRARY];

/** The options of an audio file that needs no library, of that kind if there is one. */
export function ownFormat(container: Container): string {
  return ownEncodings(container).includes('pcm_16') ? '-D pcm_16' : '-F wav -D pcm_16';
}

/** What this installation can read and write, and how to get the rest. */
export function formatsText(): string {
  const lines = ['Without any library: PCMU, PCMA and G.722 in recordings and prompts; audio files (-F: -D):'];
  for (const { name } of CONTAINERS) {
    const own = ownEncodings(name);
    if (own.length > 0) lines.push(`  ${name}: ${own.join(' ')}`);
  }
  for (const library of LIBRARIES) {
    const error = library.error();
    const state = error === '' ? 'found' : `not found, apt-get install ${library.package} (${error})`;
    lines.push(`${library.package}: ${library.purpose}: ${state}`);
  }
  lines.push(`With ${SNDFILE_LIBRARY.package} besides (/1: without -s):`);
  for (const { name } of CONTAINERS) {
    const more = libraryEncodings(name);
    if (more.length > 0) lines.push(`  ${name}: ${more.join(' ')}`);
  }
  return `${lines.join('\n')}\n`;
}
