import { LOG_LEVELS, type Logger, type LogLevel } from './log.ts';
import { LogLimit } from './log-limit.ts';
import { GLOBAL, type LogRecord } from './log-line.ts';

/** Where log lines go. */
export interface LogSink {
  /** Takes a line without waiting; false when that is not possible, and the line is lost. */
  write(record: LogRecord): boolean;
  /** Tries once more to get rid of what waits; the process is about to end. */
  close(): void;
}

interface Output {
  readonly sink: LogSink;
  lost: number;
}

/**
 * The log of the daemon. A line that a sink does not take at once is dropped and counted; the count is logged there with
 * the next line that it takes. Lines beyond the rate of their call or topic are counted too.
 */
export class DaemonLogger implements Logger {
  #least: number;
  #outputs: Output[];
  readonly #early: readonly LogSink[];
  readonly #limit = new LogLimit((suppressed) => this.#write(suppressed));

  /** Lines go to `early` too until `startEnded`. */
  constructor(level: LogLevel, sinks: readonly LogSink[], early: readonly LogSink[] = []) {
    this.#least = LOG_LEVELS.indexOf(level);
    this.#outputs = [...sinks, ...early].map((sink) => ({ sink, lost: 0 }));
    this.#early = early;
  }

  get level(): LogLevel {
    return LOG_LEVELS[this.#least] ?? 'CRIT';
  }

  set level(level: LogLevel) {
    this.#least = LOG_LEVELS.indexOf(level);
  }

  enabled(level: LogLevel): boolean {
    return LOG_LEVELS.indexOf(level) >= this.#least;
  }

  log(level: LogLevel, where: string, text: string, callId: string = GLOBAL): void {
    if (this.enabled(level) && this.#limit.admit(level, where, callId)) this.#write({ level, where, text, callId });
  }

  /** The daemon has left the terminal that it was started from. */
  startEnded(): void {
    this.#outputs = this.#outputs.filter(({ sink }) => !this.#early.includes(sink));
  }

  /** Writes what is left. Safe to call twice, and to log after. */
  close(): void {
    this.#limit.flush();
    for (const { sink } of this.#outputs) sink.close();
  }

  #write(record: LogRecord): void {
    for (const output of this.#outputs) {
      const { lost, sink } = output;
      if (lost > 0) {
        const text = `${lost} log lines were dropped`;
        if (sink.write({ level: 'WARN', where: 'logger', text, callId: GLOBAL })) output.lost -= lost;
      }
      if (!sink.write(record)) output.lost += 1;
    }
  }
}
