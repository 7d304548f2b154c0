/** Counters of the control plane, by their names in the G command (protocol.md 8.8). */
export const COUNTER_NAMES = [
  'nsess_created',
  'nsess_destroyed',
  'nsess_timeout',
  'nsess_complete',
  'nsess_nortp',
  'nsess_owrtp',
  'nsess_nortcp',
  'nsess_owrtcp',
  'nplrs_created',
  'nplrs_destroyed',
  'total_duration',
  'ncmds_rcvd',
  'ncmds_succd',
  'ncmds_errs',
  'ncmds_repld',
  'rtpa_nsent',
  'rtpa_nrcvd',
  'rtpa_ndups',
  'rtpa_nlost',
  'rtpa_perrs',
] as const;

export type CounterName = (typeof COUNTER_NAMES)[number];

/** The control plane's counters; they only grow. `total_duration` is in seconds. */
export class Counters {
  // An object with these properties from the start on is the cheapest to count in.
  readonly #values = Object.fromEntries(COUNTER_NAMES.map((name) => [name, 0])) as Record<CounterName, number>;

  add(name: CounterName, amount = 1): void {
    this.#values[name] += amount;
  }

  get(name: CounterName): number {
    return this.#values[name];
  }
}
