import type { ControlFigures, EngineTotals } from '../addon/contract.ts';
import type { CallMeter } from './call-meter.ts';
import type { CommandMeter } from './command-meter.ts';
import type { Counters } from './counters.ts';

/** Pairs of media ports on an address. */
export interface PortFigures {
  /** Where the daemon was told to listen; `other` stands for all addresses that commands have named. */
  readonly address: string;
  readonly used: number;
  /** Undefined for `other`. */
  readonly free: number | undefined;
}

/** What an instance of a module has delivered, and what it had to give up. */
export interface ModuleFigures {
  /** `acct_csv`, or `acct_csv:2` of the second instance. */
  readonly label: string;
  readonly delivered: number;
  readonly lost: number;
}

/** Everything that metrics are made from, at one moment; but `counters`, `commands` and `calls` go on. */
export interface DaemonFigures {
  readonly version: string;
  /** Name of the packet backend. */
  readonly io: string;
  readonly draining: boolean;
  readonly sessions: number;
  readonly counters: Counters;
  readonly totals: EngineTotals;
  readonly control: ControlFigures;
  readonly workers: readonly { readonly packetsReceived: number; readonly cpuSeconds: number }[];
  readonly ports: readonly PortFigures[];
  /** Files that are recorded into. */
  readonly recordings: number;
  readonly modules: readonly ModuleFigures[];
  readonly commands: CommandMeter;
  readonly calls: CallMeter;
}
