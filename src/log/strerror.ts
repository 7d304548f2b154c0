import { constants } from 'node:os';
import { getSystemErrorMap } from 'node:util';

/** Where glibc's text is not libuv's with a capital letter, or libuv has none. */
const GLIBC_TEXTS: Readonly<Record<string, string>> = {
  EADDRNOTAVAIL: 'Cannot assign requested address',
  EAFNOSUPPORT: 'Address family not supported by protocol',
  EALREADY: 'Operation already in progress',
  EBADMSG: 'Bad message',
  EBUSY: 'Device or resource busy',
  EDEADLK: 'Resource deadlock avoided',
  EDQUOT: 'Disk quota exceeded',
  EEXIST: 'File exists',
  EFAULT: 'Bad address',
  EFBIG: 'File too large',
  EHOSTUNREACH: 'No route to host',
  EILSEQ: 'Invalid or incomplete multibyte or wide character',
  EINPROGRESS: 'Operation now in progress',
  EIO: 'Input/output error',
  EISCONN: 'Transport endpoint is already connected',
  EISDIR: 'Is a directory',
  ELOOP: 'Too many levels of symbolic links',
  EMFILE: 'Too many open files',
  ENAMETOOLONG: 'File name too long',
  ENFILE: 'Too many open files in system',
  ENOEXEC: 'Exec format error',
  ENOLCK: 'No locks available',
  ENOMEM: 'Cannot allocate memory',
  ENOTCONN: 'Transport endpoint is not connected',
  ENOTFOUND: 'Name or service not known',
  ENOTSUP: 'Operation not supported',
  ERANGE: 'Numerical result out of range',
  ESPIPE: 'Illegal seek',
  ESTALE: 'Stale file handle',
  ETIME: 'Timer expired',
  ETXTBSY: 'Text file busy',
  EXDEV: 'Invalid cross-device link',
};

/** The text that the C library has for the system error in `error`, followed by its number: `Permission denied (13)`. */
export function strerror(error: unknown): string {
  const text = systemErrorText(error);
  return isSystemError(error) ? `${text} (${Math.abs(error.errno)})` : text;
}

/** The same without the number; the message of an error that is no system error. */
export function systemErrorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Node's own errors carry the number negated, those of the engine as it is.
  return isSystemError(error) ? textOf(Math.abs(error.errno)) : error.message;
}

/** The same as `strerror` for a number alone. */
export function errnoText(errno: number): string {
  return `${textOf(errno)} (${errno})`;
}

/** What failed, with which files, and why: `open /a: Permission denied (13)`; the message of an error that is no system error. */
export function failureText(error: unknown): string {
  if (!isSystemError(error)) return systemErrorText(error);
  const { syscall, path, dest } = error;
  return `${[syscall, path, dest].filter((part) => part !== undefined).join(' ')}: ${strerror(error)}`;
}

/** The same for the name of an error, such as `EACCES`; the name itself when there is no such error. */
export function systemErrorTextOf(code: string): string {
  for (const [name, text] of getSystemErrorMap().values()) if (name === code) return glibcText(name, text);
  return GLIBC_TEXTS[code] ?? code;
}

function textOf(errno: number): string {
  const known = getSystemErrorMap().get(-errno);
  if (known !== undefined) return glibcText(...known);
  const [name = ''] = Object.entries(constants.errno).find(([, number]) => number === errno) ?? [];
  return GLIBC_TEXTS[name] ?? `Unknown error ${errno}`;
}

function glibcText(name: string, text: string): string {
  return GLIBC_TEXTS[name] ?? text.charAt(0).toUpperCase() + text.slice(1);
}

export interface SystemError extends Error {
  readonly errno: number;
  readonly syscall?: string;
  readonly path?: string;
  readonly dest?: string;
}

/** True for errors of the system, which have a number: those of Node.js and of the engine. */
export function isSystemError(error: unknown): error is SystemError {
  return error instanceof Error && 'errno' in error && typeof error.errno === 'number';
}
