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
  /**
   * The descriptor for the next write, to be given back with `release`. `unclosed` is told when another file, which was written
   * before, cannot be closed.
   */
  descriptor(unclosed: (error: unknown) => void): Promise<number>;
  /** What was to be written is, or is not. */
  release?(): Promise<void>;
  /** Takes back the last bytes written. False, or a rejection: they stay. */
  cut(bytes: number): Promise<boolean>;
  /** The next write goes to what the path names then. */
  reopen(): void;
  close(): Promise<void>;
}

/** An open file, and which one it is. */
interface OpenFile {
  readonly fd: number;
  readonly dev: number;
  readonly ino: number;
}

/** A file at whose end is written. It is opened with the first write, and again when it has been renamed or removed. */
export class AppendedFile implements LineTarget {
  readonly #path: string;
  readonly #mode: number;
  readonly #opened: (fd: number) => Promise<void>;
  #file: OpenFile | undefined;
  #outdated = false;

  /** `mode` is that of a new file; `opened` comes before the first write, each time that the file is opened. */
  constructor(path: string, mode: number, opened: (fd: number) => Promise<void> = () => Promise.resolve()) {
    this.#path = path;
    this.#mode = mode;
    this.#opened = opened;
  }

  async descriptor(unclosed: (error: unknown) => void = () => {}): Promise<number> {
    if (this.#outdated || (this.#file !== undefined && (await this.#isAway(this.#file)))) {
      await this.close().catch(unclosed);
    }
    this.#outdated = false;
    this.#file ??= await this.#open();
    return this.#file.fd;
  }

  /** Right as long as nobody else writes the file. */
  async cut(bytes: number): Promise<boolean> {
    if (this.#file === undefined) return false;
    const { size } = await statFile(this.#file.fd);
    await truncateFile(this.#file.fd, size - bytes);
    return true;
  }

  reopen(): void {
    this.#outdated = true;
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    if (file !== undefined) await closeFile(file.fd);
  }

  async #open(): Promise<OpenFile> {
    const fd = await openFile(this.#path, FLAGS, this.#mode);
    try {
      const { dev, ino } = await statFile(fd);
      await this.#opened(fd);
      return { fd, dev, ino };
    } catch (error) {
      await closeFile(fd).catch(() => undefined);
      throw error;
    }
  }

  async #isAway({ dev, ino }: OpenFile): Promise<boolean> {
    try {
      const named = await stat(this.#path);
      return named.ino !== ino || named.dev !== dev;
    } catch {
      return true;
    }
  }
}

/** Standard output: it stays what it is. */
export const STANDARD_OUTPUT: LineTarget = {
  descriptor: () => Promise.resolve(1),
  cut: () => Promise.resolve(false),
  reopen: () => {},
  close: () => Promise.resolve(),
};
