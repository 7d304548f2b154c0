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
