import { write } from 'node:fs';
import { promisify } from 'node:util';
import type { LineTarget } from './appended-file.ts';

const writeFile = promisify(write);

/** Bytes that wait for the disk: records of the 20,000 calls that end together with a daemon. And bytes that a write takes. */
const MAX_WAITING = 64 * 1024 * 1024;
const MAX_WRITE = 64 * 1024;
/** How long a disk is waited for at the end. */
const CLOSE_MS = 5000;
const LF = 0x0a;

/** So many lines wait that the disk seems not to answer. */
export class WriterFullError extends Error {
  constructor() {
    super('the disk does not answer');
  }
}

/** What became of lines: how many are lost, and why, and how many were written; none of both and an error: closing failed. */
export type LineNews = (lost: number, error: unknown, written: number) => void;

/**
 * Writes lines without waiting for them: the thread pool does, one write at a time, each of whole lines. What cannot be
 * written is lost and told, and nothing is tried again.
 */
export class LineWriter {
  readonly #target: LineTarget;
  readonly #news: LineNews;
  #waiting: Buffer[] = [];
  #bytes = 0;
  /** What was written ends within a line. */
  #torn = false;
  #writing: Promise<void> | undefined;

  constructor(target: LineTarget, news: LineNews) {
    this.#target = target;
    this.#news = news;
  }

  /** `line` ends with LF. */
  write(line: Buffer): void {
    if (this.#bytes + line.length > MAX_WAITING) {
      this.#news(1, new WriterFullError(), 0);
      return;
    }
    this.#waiting.push(line);
    this.#bytes += line.length;
    this.#writing ??= this.#writeWaiting();
  }

  /** The next line goes to what the path names then. */
  reopen(): void {
    this.#target.reopen();
  }

  /** Writes what is left and closes the file, unless the disk does not answer. No line may come after it. */
  async close(): Promise<void> {
    if (await isOver(this.#end(), CLOSE_MS)) return;
    const left = this.#waiting.splice(0).length;
    this.#news(left, new WriterFullError(), 0);
  }

  /** A network's file system writes when it closes. */
  async #end(): Promise<void> {
    await this.#writing;
    await this.#target.close().catch((error: unknown) => this.#news(0, error, 0));
  }

  async #writeWaiting(): Promise<void> {
    while (this.#waiting.length > 0) {
      let fd: number;
      try {
        fd = await this.#target.descriptor((error) => this.#news(0, error, 0));
      } catch (error) {
        this.#news(this.#take().length, error, 0);
        continue;
      }
      // Only now: until then more come, and `close` may give up those that wait.
      await this.#writeLines(fd, this.#take());
      await this.#target.release?.().catch((error: unknown) => this.#news(0, error, 0));
    }
    // In the same step as the look at what waits: a line that came in between would wait for the next one.
    this.#writing = undefined;
  }

  async #writeLines(fd: number, lines: readonly Buffer[]): Promise<void> {
    if (lines.length === 0) return;
    const bytes = Buffer.concat(lines);
    let done = 0;
    try {
      if (this.#torn) await writeFile(fd, Buffer.of(LF));
      this.#torn = false;
      while (done < bytes.length) done += (await writeFile(fd, bytes, done)).bytesWritten;
      this.#news(0, undefined, lines.length);
    } catch (error) {
      const whole = bytes.subarray(0, done).lastIndexOf(LF) + 1;
      // A full disk takes a part of a line. A pipe does not give it back: then the next line must not be in one with it.
      if (done > whole) this.#torn = !(await this.#target.cut(done - whole).catch(() => false));
      const written = countLines(bytes.subarray(0, whole));
      this.#news(lines.length - written, error, written);
    }
  }

  #take(): Buffer[] {
    let [count, bytes] = [0, 0];
    for (const { length } of this.#waiting) {
      if (count > 0 && bytes + length > MAX_WRITE) break;
      count += 1;
      bytes += length;
    }
    this.#bytes -= bytes;
    return this.#waiting.splice(0, count);
  }
}

function countLines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) count += 1;
  return count;
}

/** Whether it is done within that time. */
async function isOver(work: Promise<void>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const over = await Promise.race([work.then(() => true), late]);
  clearTimeout(timer);
  return over;
}
