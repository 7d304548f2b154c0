import type { Engine } from '../addon/engine.ts';
import type { EndedCall } from '../calls/record.ts';
import type { Config } from '../config/config.ts';
import { CallMeter } from '../metrics/call-meter.ts';
import { CommandMeter } from '../metrics/command-meter.ts';
import type { Counters } from '../metrics/counters.ts';
import type { DaemonFigures, PortFigures } from '../metrics/daemon-figures.ts';
import type { ModuleHost } from '../modules/host.ts';
import { packageVersion } from '../process/package-version.ts';
import type { Recorder } from '../recording/recorder.ts';
import type { Sessions } from '../session/sessions.ts';
import type { Control } from './control.ts';

/** What metrics are about. */
export interface MeasuredParts {
  readonly engine: Engine;
  readonly sessions: Sessions;
  readonly recorder: Recorder;
  readonly control: Control;
  readonly counters: Counters;
  /** Their figures, and who gets the records of ended calls too. */
  readonly modules: Pick<ModuleHost, 'counts' | 'record'> | undefined;
  /** No new calls are taken. */
  draining(): boolean;
}

/** Collects the figures of the whole daemon, and counts what only metrics tell. */
export class DaemonMetrics {
  readonly commands = new CommandMeter();
  readonly #calls = new CallMeter();
  readonly #listen: Config['listen'];
  readonly #parts: MeasuredParts;
  readonly #version = packageVersion();

  constructor({ listen }: Config, parts: MeasuredParts) {
    this.#listen = listen;
    this.#parts = parts;
  }

  callEnded({ outcome }: EndedCall): void {
    this.#calls.ended(outcome);
  }

  /** As they are now. */
  figures(): DaemonFigures {
    const { engine, sessions, recorder, control, counters, modules, draining } = this.#parts;
    return {
      version: this.#version,
      io: engine.backend().io,
      draining: draining(),
      sessions: sessions.registry.size,
      counters,
      totals: engine.totals(),
      control: control.figures,
      workers: engine.workers(),
      ports: this.#ports(),
      recordings: recorder.files,
      modules: modules?.counts() ?? [],
      commands: this.commands,
      calls: this.#calls,
    };
  }

  /** Of the addresses that the daemon was told to listen on; of all others together how many are used. */
  #ports(): PortFigures[] {
    const hosts = new Map(this.#listen.map((address) => [address.host, address]));
    const { size, used, elsewhere } = this.#parts.sessions.ports.usage([...hosts.values()]);
    const known = [...hosts.keys()].map((address, index) => {
      const count = used[index] ?? 0;
      return { address, used: count, free: size - count };
    });
    return [...known, { address: 'other', used: elsewhere, free: undefined }];
  }
}
