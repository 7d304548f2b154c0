/** Levels from least to most important, as `-d` names them. */
export const LOG_LEVELS = ['DBUG', 'INFO', 'WARN', 'ERR', 'CRIT'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * Writes log lines `LEVEL:CALLID:where:0: text` (cli.md section 9). `where` names the topic (a file of `src/`), `callId` is
 * the session's Call-ID or absent for GLOBAL lines. Control characters of hostile texts are escaped by the implementation.
 */
export interface Logger {
  /** True when a line of that level would be written; ask before building an expensive text. */
  enabled(level: LogLevel): boolean;
  log(level: LogLevel, where: string, text: string, callId?: string): void;
}

/** Stands for the Call-ID in lines about the daemon. */
export const GLOBAL = 'GLOBAL';

/** One event of the log, before it has a form. */
export interface LogRecord {
  readonly level: LogLevel;
  /** Topic, a file of `src/`. */
  readonly where: string;
  readonly text: string;
  /** Of the session; GLOBAL for lines about the daemon. */
  readonly callId: string;
}

/** Where log lines go. */
export interface LogSink {
  /** Takes a line without waiting; false when that is not possible, and the line is lost. */
  write(record: LogRecord): boolean;
  /** Tries once more to get rid of what waits; the process is about to end. */
  close(): void;
}
