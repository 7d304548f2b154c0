import { fstatSync } from 'node:fs';
import { UnixDatagram } from '../addon/unix-datagram.ts';
import { DatagramQueue, type DatagramSocket } from './datagram-queue.ts';
import { printable } from './line.ts';
import { GLOBAL, type LogRecord, type LogSink } from './log.ts';
import { PRIORITIES } from './syslog-sink.ts';

const JOURNAL_PATH = '/run/systemd/journal/socket';
const STDERR = 2;

export interface JournalSinkOptions {
  /** Gets the lines that the journal does not take. */
  readonly fallback: LogSink;
  readonly socket?: DatagramSocket;
}

/**
 * Log lines to systemd's journal with fields of their own, which `journalctl RTPP_CALL_ID=...` finds: its native protocol
 * (https://systemd.io/JOURNAL_NATIVE_PROTOCOL).
 */
export class JournalSink implements LogSink {
  readonly #fallback: LogSink;
  readonly #queue: DatagramQueue;

  constructor({ fallback, socket = new UnixDatagram(JOURNAL_PATH) }: JournalSinkOptions) {
    this.#fallback = fallback;
    this.#queue = new DatagramQueue(socket);
  }

  write(record: LogRecord): boolean {
    return this.#queue.send(journalEntry(record)) || this.#fallback.write(record);
  }

  close(): void {
    this.#queue.close();
    this.#fallback.close();
  }
}

function journalEntry({ level, where, text, callId }: LogRecord): Buffer {
  return Buffer.concat([
    journalField('MESSAGE', printable(text)),
    journalField('PRIORITY', String(PRIORITIES[level])),
    journalField('SYSLOG_IDENTIFIER', 'rtpproxy'),
    journalField('RTPP_TOPIC', where),
    ...(callId === GLOBAL ? [] : [journalField('RTPP_CALL_ID', callId)]),
  ]);
}

/** A field of Latin-1; a value with a line feed in it comes behind its length in 64 bits. */
export function journalField(name: string, value: string): Buffer {
  const bytes = Buffer.from(value, 'latin1');
  if (!value.includes('\n')) return Buffer.concat([Buffer.from(`${name}=`), bytes, LF]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(bytes.length));
  return Buffer.concat([Buffer.from(`${name}\n`), length, bytes, LF]);
}

const LF = Buffer.from('\n');

/** Whether stderr is a stream to the journal (systemd.exec(5), JOURNAL_STREAM). */
export function stderrIsJournal({ JOURNAL_STREAM: stream }: Readonly<Record<string, string | undefined>>): boolean {
  if (stream === undefined) return false;
  try {
    const { dev, ino } = fstatSync(STDERR, { bigint: true });
    return stream === `${dev}:${ino}`;
  } catch {
    return false;
  }
}
