import { constants } from 'node:os';
import { getSystemErrorMap } from 'node:util';

/** A failed system call of the engine, shaped like Node's own system errors. */
export class EngineError extends Error {
  /** Name of the error, such as `EADDRINUSE`. */
  readonly code: string;
  /** Positive errno. */
  readonly errno: number;
  readonly syscall: string;

  constructor(errno: number, syscall: string) {
    const [code, text] = describe(errno);
    super(`${syscall}: ${text} (${errno})`);
    this.name = 'EngineError';
    this.code = code;
    this.errno = errno;
    this.syscall = syscall;
  }
}

function describe(errno: number): [string, string] {
  return getSystemErrorMap().get(-errno) ?? [`E${errno}`, 'unknown error'];
}

/** A port that is taken or reserved: the next one may be free (media.md 1.2). */
export function isPortBusy(errno: number): boolean {
  return errno === constants.errno.EADDRINUSE || errno === constants.errno.EACCES;
}
