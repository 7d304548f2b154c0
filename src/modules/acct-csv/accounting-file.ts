import { fstat, ftruncate, write } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { releaseWriteLock, tryWriteLock } from '../../addon/host.ts';
import { AppendedFile, type LineTarget } from '../../files/appended-file.ts';

const statFile = promisify(fstat);
const truncateFile = promisify(ftruncate);
const writeFile = promisify(write);

/** Of a new file; the umask takes from it. */
const MODE = 0o666;
/** Between two tries to get the lock, ms: from the first to the longest pause. */
const FIRST_TRY_MS = 1;
const LONGEST_TRY_MS = 50;
/** After that time a lock that others hold is told. */
const LONG_MS = 2000;

/** The lock of a file: fcntl of the kernel, or what stands for it. */
export interface FileLock {
  /** False while another process has it. */
  take(fd: number): Promise<boolean>;
  release(fd: number): Promise<void>;
}

const KERNEL_LOCK: FileLock = { take: tryWriteLock, release: releaseWriteLock };

/**
 * A file that begins with a header and that other processes may append to as well: it is locked (fcntl) while something is
 * written. It is opened again, and gets a header when it is empty, when the path names another file.
 */
export class AccountingFile implements LineTarget {
  readonly #file: AppendedFile;
  readonly #header: Buffer;
  readonly #onWait: () => void;
  readonly #lock: FileLock;
  /** What the lock is held of. */
  #held: number | undefined;

  /** `onWait`: another process has had the lock for long. */
  constructor(path: string, header: Buffer, onWait: () => void, lock: FileLock = KERNEL_LOCK) {
    this.#file = new AppendedFile(path, MODE, (fd) => this.#begin(fd));
    this.#header = header;
    this.#onWait = onWait;
    this.#lock = lock;
  }

  async descriptor(unclosed?: (error: unknown) => void): Promise<number> {
    const fd = await this.#file.descriptor(unclosed);
    await this.#take(fd);
    this.#held = fd;
    return fd;
  }

  async release(): Promise<void> {
    const fd = this.#held;
    this.#held = undefined;
    if (fd !== undefined) await this.#lock.release(fd);
  }

  cut(bytes: number): Promise<boolean> {
    return this.#file.cut(bytes);
  }

  reopen(): void {
    this.#file.reopen();
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  /** The header of an empty file. */
  async #begin(fd: number): Promise<void> {
    await this.#take(fd);
    try {
      if ((await statFile(fd)).size === 0) await this.#writeHeader(fd);
    } finally {
      await this.#lock.release(fd);
    }
  }

  async #writeHeader(fd: number): Promise<void> {
    let done = 0;
    try {
      while (done < this.#header.length) done += (await writeFile(fd, this.#header, done)).bytesWritten;
    } catch (error) {
      // The rest of a header would be taken for a header, or for a row.
      if (done > 0) await truncateFile(fd, 0).catch(() => undefined);
      throw error;
    }
  }

  async #take(fd: number): Promise<void> {
    const since = performance.now();
    let told = false;
    for (let pause = FIRST_TRY_MS; !(await this.#lock.take(fd)); pause = Math.min(2 * pause, LONGEST_TRY_MS)) {
      if (!told && performance.now() - since >= LONG_MS) {
        told = true;
        this.#onWait();
      }
      // Nothing to stay alive for: at the end the daemon waits for a module, and not for ever.
      await delay(pause, undefined, { ref: false });
    }
  }
}
