import { constants, fstatSync, openSync, writeSync } from 'node:fs';
import { uptime } from 'node:os';
import { LOG_LEVELS, type Logger, type LogLevel } from './log.ts';

/** Longest line in bytes, its LF included. */
const MAX_LINE = 2048;
const STDERR = 2;

export interface StderrLoggerOptions {
  readonly level: LogLevel;
  /** Descriptor to write to; 2 unless told otherwise. */
  readonly fd?: number;
  /** Source of RTPP_LOG_TFORM and RTPP_LOG_TSTART. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * Writes lines in the C daemon's format `[TIME]LEVEL:CALLID:where:0: text` (cli.md 9). A line that the reader of stderr
 * does not take at once is dropped and counted; the count is logged with the next line that can be written.
 */
export class StderrLogger implements Logger {
  readonly #fd: number;
  readonly #least: number;
  /** Time of `clock()` that time stamps count from; undefined writes none. */
  readonly #origin: number | undefined;
  #dropped = 0;

  constructor({ level, fd = STDERR, env = process.env }: StderrLoggerOptions) {
    this.#fd = fd;
    this.#least = LOG_LEVELS.indexOf(level);
    if (env.RTPP_LOG_TFORM === 'rel') {
      const start = Number.parseFloat(env.RTPP_LOG_TSTART ?? '');
      this.#origin = Number.isFinite(start) ? start : clock();
    }
  }

  enabled(level: LogLevel): boolean {
    return LOG_LEVELS.indexOf(level) >= this.#least;
  }

  log(level: LogLevel, where: string, text: string, callId = 'GLOBAL'): void {
    if (!this.enabled(level)) return;
    const lost = this.#dropped;
    if (lost > 0 && this.#write(this.#line('WARN', 'GLOBAL', 'logger', `${lost} log lines were dropped`))) {
      this.#dropped -= lost;
    }
    if (!this.#write(this.#line(level, callId, where, text))) this.#dropped += 1;
  }

  #line(level: LogLevel, callId: string, where: string, text: string): Buffer {
    const time = this.#origin === undefined ? '' : stamp(clock() - this.#origin);
    const line = printable(`${time}${level}:${callId}:${where}:0: ${text}`);
    return Buffer.from(`${line.slice(0, MAX_LINE - 1)}\n`, 'latin1');
  }

  #write(line: Buffer): boolean {
    try {
      // Shorter than PIPE_BUF: a pipe takes the whole line or nothing.
      writeSync(this.#fd, line);
      return true;
    } catch {
      // EAGAIN of a full pipe, EPIPE of a closed one, ENOSPC of a file: losing a log line must not harm calls.
      return false;
    }
  }
}

/**
 * A descriptor for log lines that blocks less than stderr may: if stderr is a pipe, a second one with O_NONBLOCK of its
 * own. Setting that flag on stderr itself would change it for every process that shares the pipe.
 */
export function nonBlockingStderr(): number {
  try {
    if (!fstatSync(STDERR).isFIFO()) return STDERR;
    return openSync('/proc/self/fd/2', constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    return STDERR;
  }
}

/**
 * Makes a text safe to stand on one line of Latin-1: control characters as `\n` or `\x1b`, so that a remote party can
 * neither forge a line nor steer a terminal; characters beyond Latin-1 (file names) as the bytes of UTF-8.
 */
export function printable(text: string): string {
  return text.replace(/[\0-\x1f\x7f]|[^\0-\xff]+/g, (match) => {
    if (match.charCodeAt(0) > 0xff) return Buffer.from(match, 'utf8').toString('latin1');
    if (match === '\n') return '\\n';
    return `\\x${match.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}

/** Seconds on CLOCK_BOOTTIME, the clock that `-C` names. */
function clock(): number {
  return Number(process.hrtime.bigint()) / 1e9 + SUSPENDED;
}

/**
 * What CLOCK_BOOTTIME is ahead of hrtime's CLOCK_MONOTONIC: the time that the machine was suspended. The uptime has a
 * resolution of 10 ms, so a smaller difference is none.
 */
const SUSPENDED = (() => {
  const ahead = uptime() - Number(process.hrtime.bigint()) / 1e9;
  return Math.abs(ahead) < 0.05 ? 0 : ahead;
})();

/** `HH:MM:SS.mmm/` */
function stamp(seconds: number): string {
  const ms = Math.max(0, Math.floor(seconds * 1000));
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const fraction = String(ms % 1000).padStart(3, '0');
  return `${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${two((ms / 1000) % 60)}.${fraction}/`;
}
