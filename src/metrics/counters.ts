import { COUNTER_NAMES, type CounterName } from '../protocol/statistics.ts';

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
