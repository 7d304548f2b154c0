import { close, constants, fstat, open, write } from 'node:fs';
import { copyFile, lstat, realpath, rename, rm, unlink } from 'node:fs/promises';
import { promisify } from 'node:util';

// With plain descriptors, which can be handed on; a FileHandle keeps its own.
const openFile = promisify(open);
const closeFile = promisify(close);
const statFile = promisify(fstat);
const writeFile = promisify(write);

const { O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_TRUNC, O_WRONLY } = constants;
/** O_NONBLOCK: a named pipe without reader must be an error, not wait for one. */
const FLAGS = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK;
const MODE = 0o666;
const SLASH = Buffer.from('/');

let lastPart = 0;

/**
 * A directory with recordings. Paths below it are as `naming.ts` makes them: `/` separates directories, one byte for each
 * character. What they name is always in the directory itself, also if somebody put symbolic links there.
 */
export class Storage {
  readonly #directory: Buffer;

  constructor(directory: string) {
    this.#directory = Buffer.from(directory);
  }

  /**
   * Creates a file, or empties the one that is there, writes its first bytes, and resolves with its descriptor. Rejects with
   * StorageError or a system error.
   */
  async create(path: string, head: Uint8Array): Promise<number> {
    const fd = await openFile(await this.#locate(path), FLAGS, MODE);
    try {
      if (!(await statFile(fd)).isFile()) throw new StorageError(`${path} is not a regular file`);
      for (let done = 0; done < head.length; ) done += (await writeFile(fd, head, done)).bytesWritten;
    } catch (error) {
      await closeFile(fd).catch(() => undefined);
      throw error;
    }
    return fd;
  }

  /** Closes what `create` has opened. */
  async close(fd: number): Promise<void> {
    await closeFile(fd).catch(() => undefined);
  }

  /** Whether a file is there. */
  async has(path: string): Promise<boolean> {
    try {
      await lstat(await this.#locate(path));
      return true;
    } catch {
      return false;
    }
  }

  /** Removes a file if it is there. Rejects with StorageError or a system error. */
  async remove(path: string): Promise<void> {
    await rm(await this.#locate(path), { force: true });
  }

  /** Moves a finished file to `path` below another storage, in place of what may be there. Rejects with a system error. */
  async moveTo(other: Storage, from: string, path: string): Promise<void> {
    const source = await this.#locate(from);
    const target = await other.#locate(path);
    try {
      await rename(source, target);
    } catch (error) {
      if (!isCrossDevice(error)) throw error;
      await copyAcross(source, target);
    }
  }

  /** The real place of a path: the directories in it may be links, as long as they stay below this one. */
  async #locate(path: string): Promise<Buffer> {
    const slash = path.lastIndexOf('/');
    if (slash < 0) return Buffer.concat([this.#directory, SLASH, Buffer.from(path, 'latin1')]);
    const root = await realpath(this.#directory, 'buffer');
    const folder = Buffer.concat([this.#directory, SLASH, Buffer.from(path.slice(0, slash), 'latin1')]);
    const real = await realpath(folder, 'buffer');
    if (!isBelow(real, root)) throw new StorageError(`${path} leads out of the directory of recordings`);
    return Buffer.concat([real, SLASH, Buffer.from(path.slice(slash + 1), 'latin1')]);
  }
}

/** A file that must not be used for a recording. */
export class StorageError extends Error {}

function isBelow(path: Buffer, root: Buffer): boolean {
  const prefix = root.equals(SLASH) ? root : Buffer.concat([root, SLASH]);
  return path.equals(root) || path.subarray(0, prefix.length).equals(prefix);
}

function isCrossDevice(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EXDEV';
}

/** Through a file of another name, so that nobody finds half a recording under the right one. */
async function copyAcross(source: Buffer, target: Buffer): Promise<void> {
  const folder = target.subarray(0, target.lastIndexOf(SLASH) + 1);
  const part = Buffer.concat([folder, Buffer.from(`.rtpproxy-${process.pid}-${++lastPart}.part`)]);
  try {
    await copyFile(source, part, constants.COPYFILE_EXCL);
    await rename(part, target);
  } catch (error) {
    await unlink(part).catch(() => undefined);
    throw error;
  }
  await unlink(source);
}
