import { LOG_LEVELS, type Logger, type LogLevel } from '../../../src/log/log.ts';

/** Keeps log lines as `LEVEL:CALLID:where: text`. */
export class LogBook implements Logger {
  readonly lines: string[] = [];
  /** Lines below it are not written. */
  level: LogLevel = 'DBUG';

  enabled(level: LogLevel): boolean {
    return LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(this.level);
  }

  log(level: LogLevel, where: string, text: string, callId = 'GLOBAL'): void {
    if (this.enabled(level)) this.lines.push(`${level}:${callId}:${where}: ${text}`);
  }

  /** The lines since the last call. */
  take(): string[] {
    return this.lines.splice(0);
  }
}
