/** Texts as libc prints them: operators and scripts compare them with those of the C daemon. */
const ERRNO_TEXTS: Readonly<Record<string, string>> = {
  EACCES: 'Permission denied',
  EADDRINUSE: 'Address already in use',
  EADDRNOTAVAIL: 'Cannot assign requested address',
  EAFNOSUPPORT: 'Address family not supported by protocol',
  ECANCELED: 'Operation canceled',
  EINVAL: 'Invalid argument',
  EIO: 'Input/output error',
  ELOOP: 'Too many levels of symbolic links',
  EMFILE: 'Too many open files',
  ENAMETOOLONG: 'File name too long',
  ENETDOWN: 'Network is down',
  ENFILE: 'Too many open files in system',
  ENOBUFS: 'No buffer space available',
  ENODEV: 'No such device',
  ENOENT: 'No such file or directory',
  ENOMEM: 'Cannot allocate memory',
  ENOSPC: 'No space left on device',
  ENOTDIR: 'Not a directory',
  ENOTFOUND: 'Name or service not known',
  ENOTSUP: 'Operation not supported',
  EPERM: 'Operation not permitted',
  EROFS: 'Read-only file system',
};

/** The libc text of an errno name, or the name itself when it is not a usual one. */
export function strerror(code: string): string {
  return ERRNO_TEXTS[code] ?? code;
}

/** The errno name that a Node error carries; EIO for an error without one. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'EIO';
}

/** A control socket that cannot be opened; the daemon prints `lines`, then its own last line with `reason` (cli.md 4). */
export class ControlSocketError extends Error {
  override readonly name: string = 'ControlSocketError';
  /** errno name, such as EADDRINUSE. */
  readonly code: string;
  /** Error lines in the order they are printed; the first is also the message. */
  readonly lines: readonly string[];

  constructor(code: string, line: string, ...more: readonly string[]) {
    super(line);
    this.code = code;
    this.lines = [line, ...more];
  }

  /** Text for the end of `can't initialize control socket: ...`. */
  get reason(): string {
    return strerror(this.code);
  }
}

/** The `-s` argument itself is unusable. */
export class ControlSpecError extends ControlSocketError {
  override readonly name = 'ControlSpecError';
}

/** The operating system refused the address or path. */
export class ControlBindError extends ControlSocketError {
  override readonly name = 'ControlBindError';

  constructor(spec: string, code: string) {
    super(code, `can't bind to a socket: ${spec}: ${strerror(code)}`);
  }
}
