import { type ProtocolError, protocolError } from './errors.ts';

/** Most tokens in a command, and in each of its sub-commands. */
export const MAX_TOKENS = 23;
/** Most sub-commands of one command. */
export const MAX_SUB_COMMANDS = 15;

/** One command split at `&&`; no list is empty, and no token either. */
export interface Tokens {
  readonly main: readonly string[];
  readonly sub: readonly (readonly string[])[];
}

const NUL = 0x00;
const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const AMPERSAND = 0x26;

/** Splits a command into tokens (protocol.md 3); every violation of the limits is `malformed` (E5). */
export function tokenize(command: Uint8Array): Tokens | ProtocolError {
  const bytes = asBuffer(command);
  const main: string[] = [];
  const sub: string[][] = [];
  let list = main;
  let at = 0;
  for (;;) {
    while (at < bytes.length && isSeparator(bytes[at])) at += 1;
    if (at === bytes.length) break;
    const start = at;
    while (at < bytes.length && !isSeparator(bytes[at])) {
      if (bytes[at] === NUL) return protocolError('malformed');
      at += 1;
    }
    if (at - start === 2 && bytes[start] === AMPERSAND && bytes[start + 1] === AMPERSAND) {
      if (list.length === 0 || sub.length === MAX_SUB_COMMANDS) return protocolError('malformed');
      list = [];
      sub.push(list);
    } else {
      if (list.length === MAX_TOKENS) return protocolError('malformed');
      // A copy per token: a slice of one big string would keep all of it alive in the session that stores the token.
      list.push(bytes.toString('latin1', start, at));
    }
  }
  return list.length === 0 ? protocolError('malformed') : { main, sub };
}

/** VT and FF are ordinary bytes. */
function isSeparator(byte: number | undefined): boolean {
  return byte === SPACE || byte === LF || byte === CR || byte === TAB;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
