import type { Config } from './config.ts';
import { DaemonLogger } from './logger.ts';
import { nonBlockingStderr, StderrSink } from './stderr-sink.ts';
import { SyslogSink } from './syslog-sink.ts';

/**
 * The log that the configuration asks for: stderr in the foreground, syslog in the background, where stderr hears of
 * problems with the start too, or of everything with `--no_redirect` (cli.md 9).
 */
export function openLog(config: Config, env: Readonly<Record<string, string | undefined>>): DaemonLogger {
  const { logLevel, logFormat: format, logFacility: facility } = config;
  if (config.foreground) {
    return new DaemonLogger(logLevel, [new StderrSink({ format, env, fd: nonBlockingStderr() })]);
  }
  // Descriptor 2 itself: it becomes /dev/null later, which a second descriptor would not follow.
  const stderr = new StderrSink({ format, env });
  const syslog = new SyslogSink({ facility, format });
  return config.keepOutput
    ? new DaemonLogger(logLevel, [syslog, stderr])
    : new DaemonLogger(logLevel, [syslog], [stderr]);
}
