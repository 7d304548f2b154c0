/** Longest name of a file, in bytes (NAME_MAX). */
const MAX_NAME = 255;

/** The part of a recording that a file holds: its direction and channel, or all of it. */
export type FilePart = '.o.rtp' | '.o.rtcp' | '.a.rtp' | '.a.rtcp' | '.pcap' | '.wav';

/**
 * Name of the file for a session's recording, one byte for each character (media.md 6.3). Plain Call-IDs and tags have the
 * C daemon's names; characters that a file name must not have are written `%2F`. Undefined: the name would be too long.
 *
 * `medium`: with the medium's number, to tell the media of one call apart, which all have the same name otherwise.
 */
export function sessionFileName(callId: string, fromTag: string, part: FilePart, medium: boolean): string | undefined {
  const numbered = fromTag.includes(';') ? fromTag : `${fromTag};0`;
  const tag = medium ? numbered : (fromTag.split(';', 1)[0] ?? '');
  const name = `${safePart(callId)}=${safePart(tag)}${part}`;
  return name.length > MAX_NAME ? undefined : name;
}

/**
 * Path below the recording directory for a name that a command gave, with a suffix (`.rtp`, `.rtcp` or none). It may name
 * directories that exist. Undefined: it would lead out of the directory, or is no name of a file.
 */
export function givenFilePath(name: string, suffix: string): string | undefined {
  const path = name + suffix;
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (path.endsWith('/') || parts.length === 0 || parts.includes('..')) return undefined;
  const escaped = parts.map(safePart);
  return escaped.some((part) => part.length > MAX_NAME) ? undefined : escaped.join('/');
}

/** Path of a file beside a recording as sound, for what cannot become sound. */
export function companionPath(path: string, part: FilePart): string {
  return (path.endsWith('.wav') ? path.slice(0, -'.wav'.length) : path) + part;
}

/** Control characters and the slash as `%` and two hex digits; bytes from 128 on are parts of UTF-8 characters. */
function safePart(text: string): string {
  return text.replace(/[\0-\x1f\x7f/]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}
