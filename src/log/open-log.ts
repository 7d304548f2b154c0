import type { LogLevel } from './log.ts';
import type { LogFacility } from './log-facility.ts';
import type { LogFormat } from './log-line.ts';
import { DaemonLogger } from './logger.ts';
import { nonBlockingStderr, StderrSink } from './stderr-sink.ts';
import { SyslogSink } from './syslog-sink.ts';

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
 * The log that the configuration asks for: stderr in the foreground, syslog in the background, where stderr hears of
 * problems with the start too, or of everything with `--no_redirect` (cli.md 9).
 */
export function openLog(settings: LogSettings, env: Readonly<Record<string, string | undefined>>): DaemonLogger {
  const { logLevel, logFormat: format, logFacility: facility } = settings;
  if (settings.foreground) {
    return new DaemonLogger(logLevel, [new StderrSink({ format, env, fd: nonBlockingStderr() })]);
  }
  // Descriptor 2 itself: it becomes /dev/null later, which a second descriptor would not follow.
  const stderr = new StderrSink({ format, env });
  const syslog = new SyslogSink({ facility, format });
  return settings.keepOutput
    ? new DaemonLogger(logLevel, [syslog, stderr])
    : new DaemonLogger(logLevel, [syslog], [stderr]);
}
