import type { Engine } from '../addon/engine.ts';
import { UnixDatagram } from '../addon/unix-datagram.ts';
import { CallRecords } from '../calls/call-records.ts';
import { oneByOne } from '../calls/engine.ts';
import { CallWatch } from '../calls/watch.ts';
import type { Config } from '../config/config.ts';
import type { Logger } from '../log/log.ts';
import { SYSLOG_PATH } from '../log/syslog-sink.ts';
import type { Counters } from '../metrics/counters.ts';
import { packageVersion } from '../process/package-version.ts';

// Loaded only when an option asks for it.

/** What is looked at. */
export interface ObservedParts {
  readonly engine: Engine;
  readonly counters: Counters;
  /** No new calls are taken. */
  draining(): boolean;
  /** Calls end with the daemon. */
  stopping(): boolean;
}

/** All that only looks at the daemon, opened and closed together. */
export class Observation {
  readonly watch: CallWatch;
  readonly #records: CallRecords | undefined;

  constructor({ callRecords, logFacility: facility }: Config, parts: ObservedParts, logger: Logger) {
    const { engine, counters, draining, stopping } = parts;
    this.watch = new CallWatch({
      engine: oneByOne(engine),
      logger,
      version: packageVersion(),
      draining,
      stopping,
      callsCreated: () => counters.get('nsess_created'),
    });
    if (callRecords === undefined) return;
    const lost = (count: number): void => counters.add('nrecs_lost', count);
    const openSyslog = () => new UnixDatagram(SYSLOG_PATH);
    const records = new CallRecords({ target: callRecords, facility, logger, lost, openSyslog });
    this.watch.onEnd((record) => records.write(record));
    this.#records = records;
  }

  /** Files that are written are opened again by their names. */
  reopen(): void {
    this.#records?.reopen();
  }

  /** After the last call has ended. */
  async close(): Promise<void> {
    this.watch.close();
    await this.#records?.close();
  }
}
