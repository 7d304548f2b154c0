const NUL = 0;
const TAB = 9;
const LF = 10;
const CR = 13;
const SPACE = 32;

function isSeparator(byte: number | undefined): boolean {
  return byte === SPACE || byte === LF || byte === TAB || byte === CR;
}

/** Index of the first byte of the cookie within the first `length` bytes; `length` when there is none (protocol.md 2.3). */
export function cookieStart(datagram: Uint8Array, length: number): number {
  let index = 0;
  while (index < length && isSeparator(datagram[index])) index++;
  return index;
}

/** Index after the cookie that begins at `start`; -1 when the cookie holds a NUL. */
export function cookieEnd(datagram: Uint8Array, start: number, length: number): number {
  let index = start;
  for (; index < length && !isSeparator(datagram[index]); index++) {
    if (datagram[index] === NUL) return -1;
  }
  return index;
}
