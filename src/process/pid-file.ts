import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readFileSync,
  realpathSync,
  type Stats,
  unlinkSync,
  writeSync,
} from 'node:fs';
import type { Logger } from '../log/log.ts';
import { strerror } from '../log/strerror.ts';

/**
 * O_NOFOLLOW: who may write the directory must not choose which of root's files is overwritten. O_NONBLOCK: a FIFO without
 * a reader is an error, not a start that never ends.
 */
const FLAGS = constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** The pid file of this process; its content tells init scripts that the start is complete (cli.md 7). */
export class PidFile {
  readonly #path: string;
  readonly #file: Stats;
  /** It was not there before. */
  readonly #created: boolean;
  readonly #logger: Logger;
  #fd: number | undefined;
  #text = '';

  private constructor(path: string, fd: number, created: boolean, logger: Logger) {
    this.#path = path;
    this.#file = fstatSync(fd);
    this.#created = created;
    this.#fd = fd;
    this.#logger = logger;
  }

  /**
   * Opens the file for `write`, which comes after the change of user: its directory may be root's. A file that cannot be
   * opened is logged and the daemon goes on without one: undefined.
   */
  static open(path: string, logger: Logger): PidFile | undefined {
    let fd: number | undefined;
    try {
      const created = !existsSync(path);
      fd = openSync(path, FLAGS, 0o666);
      return new PidFile(realpathSync(path), fd, created, logger);
    } catch (error) {
      if (fd !== undefined) closeSync(fd);
      complain(error, logger);
      return undefined;
    }
  }

  /** Writes the process id, over whatever the file had. A failure is logged. */
  write(): void {
    const fd = this.#fd;
    if (fd === undefined) return;
    this.#fd = undefined;
    const text = `${process.pid}\n`;
    try {
      if (this.#file.isFile()) ftruncateSync(fd);
      writeSync(fd, text);
      this.#text = text;
    } catch (error) {
      complain(error, this.#logger);
    } finally {
      closeSync(fd);
    }
  }

  /**
   * Removes the file, but only while it is a regular file, the one written here, and untouched: the C daemon removes
   * whatever is at the path, /dev/null included (cli.md 1). Safe to call twice.
   */
  remove(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
    // A file that was there before a start that failed is not ours to remove.
    if (this.#text === '' && !this.#created) return;
    try {
      const stat = lstatSync(this.#path);
      const ours = stat.isFile() && stat.dev === this.#file.dev && stat.ino === this.#file.ino;
      if (ours && readFileSync(this.#path, 'latin1') === this.#text) unlinkSync(this.#path);
    } catch {
      // Already gone, or no longer permitted after a change of user: nothing is left to do at exit.
    }
  }
}

function complain(error: unknown, logger: Logger): void {
  logger.log('ERR', 'pid-file', `can't open pidfile for writing: ${strerror(error)}`);
}
