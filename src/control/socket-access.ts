import { chmodSync, lchownSync } from 'node:fs';
import { systemErrorTextOf } from '../log/strerror.ts';
import { ControlSocketError, errorCode } from './errors.ts';

/** Who may use the Unix sockets of the daemon (cli.md 8). */
export interface SocketAccess {
  /** New owner; undefined leaves it as it is. */
  readonly uid?: number;
  readonly gid?: number;
  /** File mode; undefined leaves what the umask gave. */
  readonly mode?: number;
}

/** A Unix socket whose owner or mode cannot be set. */
class SocketAccessError extends ControlSocketError {
  constructor(what: string, path: string, error: unknown) {
    const code = errorCode(error);
    super(code, `${what}: ${path}: ${systemErrorTextOf(code)}`);
  }
}

/** Sets owner and mode of a socket. Throws ControlSocketError. */
export function applyAccess(path: string, { uid = -1, gid = -1, mode }: SocketAccess): void {
  if (uid >= 0 || gid >= 0) {
    try {
      lchownSync(path, uid, gid);
    } catch (error) {
      throw new SocketAccessError("can't set owner of the socket", path, error);
    }
  }
  if (mode === undefined) return;
  try {
    chmodSync(path, mode);
  } catch (error) {
    throw new SocketAccessError("can't allow rw acces to group", path, error);
  }
}

/** Runs `bind` so that a socket whose mode is to be set is its owner's alone until `applyAccess` does that. */
export function bindClosed<T>({ mode }: SocketAccess, bind: () => T): T {
  if (mode === undefined) return bind();
  const before = process.umask(0o077);
  try {
    return bind();
  } finally {
    process.umask(before);
  }
}
