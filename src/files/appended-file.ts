import { close, constants, fstat, ftruncate, open } from 'node:fs';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';

const openFile = promisify(open);
const closeFile = promisify(close);
const statFile = promisify(fstat);
const truncateFile = promisify(ftruncate);

const { O_APPEND, O_CREAT, O_NONBLOCK, O_WRONLY } = constants;
/** O_NONBLOCK: a named pipe without reader must be an error, not wait for one. */
const FLAGS = O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK;

/** Where lines are written to. */
export interface LineTarget {
  /** The descriptor for the next write. */
  descriptor(): Promise<number>;
  /** Takes back the last bytes written, if that is possible. */
  cut(bytes: number): Promise<void>;
  /** The next write goes to what the path names then. */
  reopen(): void;
  close(): Promise<void>;
}

/** A file at whose end is written. It is opened with the first write, and again when it has been renamed or removed. */
export class AppendedFile implements LineTarget {
  readonly #path: string;
  readonly #mode: number;
  #fd: number | undefined;
  #outdated = false;

  /** `mode` is that of a new file. */
  constructor(path: string, mode: number) {
    this.#path = path;
    this.#mode = mode;
  }

  async descriptor(): Promise<number> {
    if (this.#outdated || (this.#fd !== undefined && (await this.#isAway(this.#fd)))) await this.close();
    this.#outdated = false;
    this.#fd ??= await openFile(this.#path, FLAGS, this.#mode);
    return this.#fd;
  }

  /** Right as long as nobody else writes the file. */
  async cut(bytes: number): Promise<void> {
    if (this.#fd === undefined) return;
    const { size } = await statFile(this.#fd);
    await truncateFile(this.#fd, size - bytes);
  }

  reopen(): void {
    this.#outdated = true;
  }

  async close(): Promise<void> {
    const fd = this.#fd;
    this.#fd = undefined;
    if (fd !== undefined) await closeFile(fd);
  }

  async #isAway(fd: number): Promise<boolean> {
    try {
      const [named, own] = await Promise.all([stat(this.#path), statFile(fd)]);
      return named.ino !== own.ino || named.dev !== own.dev;
    } catch {
      return true;
    }
  }
}

/** Standard output: it stays what it is. */
export const STANDARD_OUTPUT: LineTarget = {
  descriptor: () => Promise.resolve(1),
  cut: () => Promise.resolve(),
  reopen: () => {},
  close: () => Promise.resolve(),
};
