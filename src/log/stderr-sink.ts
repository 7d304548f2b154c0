import { constants, fstatSync, openSync, writeSync } from 'node:fs';
import { jsonLine, type LogFormat, textLine, timeStamps } from './line.ts';
import type { LogRecord, LogSink } from './log.ts';

const STDERR = 2;

export interface StderrSinkOptions {
  readonly format?: LogFormat;
  /** Descriptor to write to; 2 unless told otherwise. */
  readonly fd?: number;
  /** Source of RTPP_LOG_TFORM and RTPP_LOG_TSTART. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Log lines on stderr, each written at once or lost. */
export class StderrSink implements LogSink {
  readonly #fd: number;
  readonly #line: (record: LogRecord) => Buffer;

  constructor({ format = 'text', fd = STDERR, env = process.env }: StderrSinkOptions = {}) {
    this.#fd = fd;
    const stamp = timeStamps(env);
    this.#line = format === 'json' ? (record) => jsonLine(record) : (record) => textLine(record, stamp());
  }

  write(record: LogRecord): boolean {
    try {
      writeSync(this.#fd, Buffer.concat([this.#line(record), LINE_END]));
      return true;
    } catch {
      // EAGAIN of a full pipe, EPIPE of a closed one, ENOSPC of a file: losing a log line must not harm calls.
      return false;
    }
  }

  close(): void {}
}

const LINE_END = Buffer.from('\n');

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
