import { type BigIntStats, lstatSync, renameSync, statSync, unlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { errorCode } from './errors.ts';

/** Identity of a socket file on disk. */
export interface SocketFile {
  readonly dev: bigint;
  readonly ino: bigint;
}

/** What lies at a path now, links not followed; undefined when there is nothing, or when it cannot be examined. */
export function fileAt(path: string): BigIntStats | undefined {
  try {
    return lstatSync(path, { bigint: true });
  } catch {
    return undefined;
  }
}

/** Whether two files are the same one. A bound socket keeps its inode in use, so its number is not given to another. */
export function sameFile(a: SocketFile, b: SocketFile): boolean {
  return a.dev === b.dev && a.ino === b.ino;
}

/**
 * Removes a socket that nobody answers on, or an empty regular file, as scripts make one to have a name (mktemp). Everything
 * else stays, a live socket, a file with content or a link in particular, and makes the following bind fail with EADDRINUSE.
 */
export async function makeRoom(path: string): Promise<void> {
  const found = fileAt(path);
  if (found === undefined) return;
  if (found.isFile() && found.size === 0n) {
    unlinkSync(path);
    return;
  }
  if (!found.isSocket()) return;
  if ((await connectError(path)) !== 'ECONNREFUSED') return;
  // Another daemon may have replaced it while we waited.
  const now = fileAt(path);
  if (now !== undefined && sameFile(now, found)) unlinkSync(path);
}

/**
 * Calls `close`, which closes a listening Unix socket of Node, and keeps the file at its path if that is not `own`: libuv
 * unlinks the path by name, even when another daemon's socket has taken it over.
 */
export function closeKeepingForeign(path: string, own: SocketFile | undefined, close: () => void): void {
  const found = fileAt(path);
  if (found === undefined || (own !== undefined && sameFile(found, own))) {
    close();
    return;
  }
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    // What we may not rename in that directory, libuv may not unlink there either.
    close();
    return;
  }
  try {
    close();
  } finally {
    renameSync(aside, path);
  }
}

/** The errno name of a failed bind. libuv reports a missing directory as EACCES. */
export function bindErrorCode(error: unknown, path: string): string {
  const code = errorCode(error);
  if (code !== 'EACCES') return code;
  try {
    return statSync(dirname(path)).isDirectory() ? code : 'ENOTDIR';
  } catch (cause) {
    return errorCode(cause);
  }
}

/** Why nobody can be reached at a socket; undefined when somebody answers. */
function connectError(path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    socket.once('error', (error) => resolve(errorCode(error)));
    socket.once('connect', () => {
      socket.destroy();
      resolve(undefined);
    });
  });
}
