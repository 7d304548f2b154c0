import type { Engine } from '../addon/engine.ts';
import { UnixDatagram } from '../addon/unix-datagram.ts';
import { CallRecords } from '../calls/call-records.ts';
import { CallWatch } from '../calls/watch.ts';
import type { Config } from '../config/config.ts';
import type { CommandHandler } from '../control/transport.ts';
import type { Logger } from '../log/log.ts';
import { SYSLOG_PATH } from '../log/syslog-sink.ts';
import { packageVersion } from '../process/package-version.ts';
import type { DaemonMetrics, MeasuredParts } from './daemon-metrics.ts';
import type { HttpService } from './http-service.ts';

// Loaded only when an option asks for it.

/** What is looked at. */
export interface ObservedParts extends MeasuredParts {
  readonly engine: Engine;
  /** Calls are taken. */
  ready(): boolean;
  /** Calls end with the daemon. */
  stopping(): boolean;
}

/** All that only looks at the daemon. */
export class Observation {
  readonly watch: CallWatch;
  readonly #config: Config;
  readonly #parts: ObservedParts;
  readonly #logger: Logger;
  readonly #records: CallRecords | undefined;
  #metrics: DaemonMetrics | undefined;
  #http: HttpService | undefined;

  constructor(config: Config, parts: ObservedParts, logger: Logger) {
    this.#config = config;
    this.#parts = parts;
    this.#logger = logger;
    const { engine, counters, draining, stopping } = parts;
    const callsCreated = (): number => counters.get('nsess_created');
    this.watch = new CallWatch({ engine, logger, version: packageVersion(), draining, stopping, callsCreated });
    this.#records = this.#keepRecords();
    const { modules } = parts;
    if (modules !== undefined) this.watch.onEnd(({ record }) => modules.record(record));
  }

  /** The same handler; with `--http` commands are counted and measured. */
  async measured(handler: CommandHandler): Promise<CommandHandler> {
    if (this.#config.http === undefined) return handler;
    const { DaemonMetrics } = await import('./daemon-metrics.ts');
    const metrics = new DaemonMetrics(this.#config, this.#parts);
    this.#metrics = metrics;
    this.watch.onEnd((ended) => metrics.callEnded(ended));
    return (command, peer, room) => metrics.commands.measure(command, () => handler(command, peer, room));
  }

  /** Opens the endpoint of `--http`. @throws ConfigError */
  async open(): Promise<void> {
    const { http } = this.#config;
    const metrics = this.#metrics;
    if (http === undefined || metrics === undefined) return;
    const { HttpService } = await import('./http-service.ts');
    const { ready, draining } = this.#parts;
    const health = () => ({ ready: ready(), draining: draining() });
    const shown = { calls: this.watch, health, figures: () => metrics.figures() };
    this.#http = await HttpService.open(this.#config, http, shown, this.#logger);
  }

  /** Files that are written are opened again by their names. */
  reopen(): void {
    this.#records?.reopen();
  }

  /** Nothing is shown any more: when this returns nobody can connect. */
  async closeEndpoint(): Promise<void> {
    await this.#http?.close();
  }

  /** After the last call has ended. */
  async close(): Promise<void> {
    this.watch.close();
    await this.#records?.close();
  }

  #keepRecords(): CallRecords | undefined {
    const { callRecords: target, logFacility: facility } = this.#config;
    if (target === undefined) return undefined;
    const { counters } = this.#parts;
    const lost = (count: number): void => counters.add('nrecs_lost', count);
    const openSyslog = () => new UnixDatagram(SYSLOG_PATH);
    const records = new CallRecords({ target, facility, logger: this.#logger, lost, openSyslog });
    this.watch.onEnd(({ record }) => records.write(record));
    return records;
  }
}
