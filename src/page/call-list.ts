import type { CallView } from '../calls/view.ts';
import { type Entry, elapsedOf } from './entry.ts';
import { filterOf } from './filter.ts';
import { type Order, sorted } from './order.ts';

/** The calls of the daemon, as its events tell them. */
export class CallList {
  readonly #entries = new Map<string, Entry>();
  /** Those that the present stream has told, until it has told all. */
  #told: Set<string> | undefined;

  get size(): number {
    return this.#entries.size;
  }

  find(id: string): Entry | undefined {
    return this.#entries.get(id);
  }

  /** A stream begins, perhaps of another daemon. What is known stays until it has told all, so that nothing flickers. */
  begin(): void {
    this.#told = new Set();
  }

  put(calls: readonly CallView[], now: number): void {
    for (const call of calls) {
      this.#entries.set(call.id, { call, toldAt: now });
      this.#told?.add(call.id);
    }
  }

  remove(ids: readonly string[]): void {
    for (const id of ids) this.#entries.delete(id);
  }

  /** All calls that there are have been told: others ended while nobody listened. */
  ready(): void {
    const told = this.#told;
    if (told === undefined) return;
    for (const id of this.#entries.keys()) if (!told.has(id)) this.#entries.delete(id);
    this.#told = undefined;
  }

  /** Those that fit a filter, in order. */
  select(filter: string, order: Order, now: number): Entry[] {
    const fits = filterOf(filter);
    const fitting = [...this.#entries.values()].filter((entry) => fits(entry.call, elapsedOf(entry, now)));
    return sorted(fitting, order, now);
  }
}
