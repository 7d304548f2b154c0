import { systemErrorTextOf } from '../log/strerror.ts';

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
    return systemErrorTextOf(this.code);
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
    super(code, `can't bind to a socket: ${spec}: ${systemErrorTextOf(code)}`);
  }
}
