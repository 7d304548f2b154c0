import { getSystemErrorMap } from 'node:util';

/** Where glibc's text is not libuv's with a capital letter. */
const GLIBC_TEXTS: Readonly<Record<string, string>> = {
  EADDRNOTAVAIL: 'Cannot assign requested address',
  EAFNOSUPPORT: 'Address family not supported by protocol',
  EBUSY: 'Device or resource busy',
  EEXIST: 'File exists',
  EFBIG: 'File too large',
  EHOSTUNREACH: 'No route to host',
  EIO: 'Input/output error',
  EISDIR: 'Is a directory',
  ELOOP: 'Too many levels of symbolic links',
  EMFILE: 'Too many open files',
  ENAMETOOLONG: 'File name too long',
  ENFILE: 'Too many open files in system',
  ENOMEM: 'Cannot allocate memory',
  ENOTFOUND: 'Name or service not known',
  ENOTSUP: 'Operation not supported',
  ETXTBSY: 'Text file busy',
  EXDEV: 'Invalid cross-device link',
};

/** The text that the C library has for the system error in `error`, followed by its number: `Permission denied (13)`. */
export function strerror(error: unknown): string {
  const text = systemErrorText(error);
  return hasErrno(error) ? `${text} (${Math.abs(error.errno)})` : text;
}

/** The same without the number; the message of an error that is no system error. */
export function systemErrorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!hasErrno(error)) return error.message;
  // Node's own errors carry the number negated, those of the engine as it is.
  const [name, text] = getSystemErrorMap().get(-Math.abs(error.errno)) ?? ['', error.message];
  return glibcText(name, text);
}

/** The same for the name of an error, such as `EACCES`; the name itself when there is no such error. */
export function systemErrorTextOf(code: string): string {
  for (const [name, text] of getSystemErrorMap().values()) if (name === code) return glibcText(name, text);
  return GLIBC_TEXTS[code] ?? code;
}

function glibcText(name: string, text: string): string {
  return GLIBC_TEXTS[name] ?? text.charAt(0).toUpperCase() + text.slice(1);
}

function hasErrno(error: unknown): error is Error & { errno: number } {
  return error instanceof Error && 'errno' in error && typeof error.errno === 'number';
}
