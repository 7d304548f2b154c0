import { UnixDatagram } from '../addon/unix-datagram.ts';
import { DatagramQueue, type DatagramSocket } from './datagram-queue.ts';
import { jsonLine, type LogFormat, textLine } from './line.ts';
import type { LogLevel, LogRecord, LogSink } from './log.ts';

/** What syslog(3) takes 0 for: kernel lines come from the kernel alone. */
const USER = 1;

/** Syslog facilities that `-d LEVEL:FACILITY` accepts, without the optional `LOG_` (cli.md 9), by their codes. */
export const LOG_FACILITIES = {
  AUTH: 4,
  AUTHPRIV: 10,
  CRON: 9,
  DAEMON: 3,
  FTP: 11,
  KERN: USER,
  LOCAL0: 16,
  LOCAL1: 17,
  LOCAL2: 18,
  LOCAL3: 19,
  LOCAL4: 20,
  LOCAL5: 21,
  LOCAL6: 22,
  LOCAL7: 23,
  LPR: 6,
  MAIL: 2,
  NEWS: 7,
  SYSLOG: 5,
  USER,
  UUCP: 8,
} as const;
export type LogFacility = keyof typeof LOG_FACILITIES;

export function isLogFacility(name: string): name is LogFacility {
  return Object.hasOwn(LOG_FACILITIES, name);
}

/** Priorities of <syslog.h>. */
export const PRIORITIES: Readonly<Record<LogLevel, number>> = { CRIT: 2, ERR: 3, WARN: 4, INFO: 6, DBUG: 7 };
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
export const SYSLOG_PATH = '/dev/log';

export interface SyslogSinkOptions {
  readonly facility: LogFacility;
  readonly format?: LogFormat;
  readonly socket?: DatagramSocket;
}

/**
 * Log lines to the system's log, in the form that syslog(3) gives them: `<PRI>Mmm dd hh:mm:ss rtpproxy[PID]: LINE`. A
 * daemon that is too slow for a burst gets it later, as far as there is room; one that is away loses lines.
 */
export class SyslogSink implements LogSink {
  readonly #facility: LogFacility;
  readonly #format: LogFormat;
  readonly #queue: DatagramQueue;

  constructor({ facility, format = 'text', socket = new UnixDatagram(SYSLOG_PATH) }: SyslogSinkOptions) {
    this.#facility = facility;
    this.#format = format;
    this.#queue = new DatagramQueue(socket);
  }

  write(record: LogRecord): boolean {
    const line = this.#format === 'json' ? jsonLine(record) : textLine(record);
    return this.#queue.send(syslogDatagram(this.#facility, record.level, line));
  }

  close(): void {
    this.#queue.close();
  }
}

/** A line as syslog(3) sends it. */
export function syslogDatagram(facility: LogFacility, level: LogLevel, line: Buffer): Buffer {
  const priority = LOG_FACILITIES[facility] * 8 + PRIORITIES[level];
  return Buffer.concat([Buffer.from(`<${priority}>${syslogTime(new Date())} rtpproxy[${process.pid}]: `), line]);
}

/** `Mmm dd hh:mm:ss` in local time, as RFC 3164 has it. */
export function syslogTime(date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = String(date.getDate()).padStart(2, ' ');
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  return `${MONTHS[date.getMonth()]} ${day} ${time}`;
}
