import { JournalSink, stderrIsJournal } from './journal-sink.ts';
import { LogLimit } from './limit.ts';
import type { LogFormat } from './line.ts';
import { GLOBAL, LOG_LEVELS, type Logger, type LogLevel, type LogRecord, type LogSink } from './log.ts';
import { nonBlockingStderr, StderrSink } from './stderr-sink.ts';
import { type LogFacility, SyslogSink } from './syslog-sink.ts';

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

/** Settings of the log, by their names in the configuration. */
export interface LogSettings {
  readonly foreground: boolean;
  /** In the background: log to stderr too. */
  readonly keepOutput: boolean;
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
  readonly logFacility: LogFacility;
}

/**
 * The log that the configuration asks for: stderr in the foreground, or fields for the journal where it is that; syslog in
 * the background, where stderr hears of problems with the start too, or of everything with `--no_redirect` (cli.md 9).
 */
export function openLog(settings: LogSettings, env: Readonly<Record<string, string | undefined>>): DaemonLogger {
  const { logLevel, logFormat: format, logFacility: facility } = settings;
  if (settings.foreground) {
    const stderr = new StderrSink({ format, env, fd: nonBlockingStderr() });
    const journal = format === 'json' && stderrIsJournal(env);
    return new DaemonLogger(logLevel, [journal ? new JournalSink({ fallback: stderr }) : stderr]);
  }
  // Descriptor 2 itself: it becomes /dev/null later, which a second descriptor would not follow.
  const stderr = new StderrSink({ format, env });
  const syslog = new SyslogSink({ facility, format });
  return settings.keepOutput
    ? new DaemonLogger(logLevel, [syslog, stderr])
    : new DaemonLogger(logLevel, [syslog], [stderr]);
}
