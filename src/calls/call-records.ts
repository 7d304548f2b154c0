import { AppendedFile, STANDARD_OUTPUT } from '../files/appended-file.ts';
import { LineWriter } from '../files/line-writer.ts';
import { DatagramQueue, type DatagramSocket } from '../log/datagram-queue.ts';
import { ascii } from '../log/line.ts';
import type { Logger } from '../log/log.ts';
import { strerror } from '../log/strerror.ts';
import { type LogFacility, syslogDatagram } from '../log/syslog-sink.ts';
import type { CallRecord } from './record.ts';

const WHERE = 'call-records';
/** Who talked to whom is not everybody's business. */
const MODE = 0o640;

/** Where lines of JSON go. */
interface RecordSink {
  write(line: Buffer): void;
  reopen(): void;
  close(): Promise<void>;
}

export interface CallRecordsOptions {
  /** An absolute path, `syslog`, or `-` for standard output. */
  readonly target: string;
  readonly facility: LogFacility;
  readonly logger: Logger;
  /** Counts records that are lost. */
  lost(count: number): void;
  /** To syslog; made when it is needed. */
  openSyslog(): DatagramSocket;
}

/** Records of ended calls, a line of JSON each (`docs/call-record.schema.json`). Nothing waits for them. */
export class CallRecords {
  readonly #options: CallRecordsOptions;
  readonly #sink: RecordSink;
  /** Since the last one that was written. */
  #lost = 0;

  constructor(options: CallRecordsOptions) {
    this.#options = options;
    this.#sink = openSink(options, (lost, error) => this.#news(lost, error));
  }

  write(record: CallRecord): void {
    this.#sink.write(Buffer.from(`${ascii(JSON.stringify(record))}\n`, 'latin1'));
  }

  /** The file of that name is another one now. */
  reopen(): void {
    this.#sink.reopen();
  }

  /** Writes what is left. */
  close(): Promise<void> {
    return this.#sink.close();
  }

  #news(lost: number, error?: unknown): void {
    const { target, logger } = this.#options;
    if (lost > 0) {
      if (this.#lost === 0) logger.log('ERR', WHERE, `records for ${target} are lost: ${strerror(error)}`);
      this.#lost += lost;
      this.#options.lost(lost);
    } else if (error === undefined && this.#lost > 0) {
      logger.log('INFO', WHERE, `records for ${target} are written again, ${this.#lost} were lost`);
      this.#lost = 0;
    } else if (error !== undefined) {
      logger.log('ERR', WHERE, `the last records for ${target} may be lost: ${strerror(error)}`);
    }
  }
}

type News = (lost: number, error?: unknown) => void;

function openSink({ target, facility, openSyslog }: CallRecordsOptions, news: News): RecordSink {
  if (target === 'syslog') return new SyslogRecords(facility, openSyslog(), news);
  return new LineWriter(target === '-' ? STANDARD_OUTPUT : new AppendedFile(target, MODE), news);
}

const NOT_TAKEN = 'syslog does not take them';

class SyslogRecords implements RecordSink {
  readonly #facility: LogFacility;
  readonly #queue: DatagramQueue;
  readonly #news: News;

  constructor(facility: LogFacility, socket: DatagramSocket, news: News) {
    this.#facility = facility;
    this.#queue = new DatagramQueue(socket, (lost) => this.#news(lost, new Error(NOT_TAKEN)));
    this.#news = news;
  }

  write(line: Buffer): void {
    const sent = this.#queue.send(syslogDatagram(this.#facility, 'INFO', line.subarray(0, -1)));
    if (sent) this.#news(0);
    else this.#news(1, new Error(NOT_TAKEN));
  }

  reopen(): void {}

  close(): Promise<void> {
    this.#queue.close();
    return Promise.resolve();
  }
}
