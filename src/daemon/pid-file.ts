import {
  closeSync,
  constants,
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
import type { Logger } from './log.ts';
import { strerror } from './strerror.ts';

/** The pid file that this process wrote; its presence tells init scripts that the start is complete (cli.md 7). */
export class PidFile {
  readonly #path: string;
  readonly #text: string;
  readonly #written: Stats;

  private constructor(path: string, text: string, written: Stats) {
    this.#path = path;
    this.#text = text;
    this.#written = written;
  }

  /**
   * Writes the process id, over whatever the file had. A file that cannot be written is logged and the daemon goes on
   * without one: undefined.
   */
  static write(path: string, logger: Logger): PidFile | undefined {
    const text = `${process.pid}\n`;
    let fd: number | undefined;
    try {
      // O_NONBLOCK: a FIFO without a reader is an error, not a start that never ends.
      fd = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_NONBLOCK, 0o666);
      const stat = fstatSync(fd);
      if (stat.isFile()) ftruncateSync(fd);
      writeSync(fd, text);
      return new PidFile(realpathSync(path), text, stat);
    } catch (error) {
      logger.log('ERR', 'pid-file', `can't open pidfile for writing: ${strerror(error)}`);
      return undefined;
    } finally {
      if (fd !== undefined) closeSync(fd);
    }
  }

  /**
   * Removes the file, but only while it is a regular file, the one written here, and untouched: the C daemon removes
   * whatever is at the path, /dev/null included (cli.md 1). Safe to call twice.
   */
  remove(): void {
    try {
      const stat = lstatSync(this.#path);
      const ours = stat.isFile() && stat.dev === this.#written.dev && stat.ino === this.#written.ino;
      if (ours && readFileSync(this.#path, 'latin1') === this.#text) unlinkSync(this.#path);
    } catch {
      // Already gone, or no longer permitted after a change of user: nothing is left to do at exit.
    }
  }
}
