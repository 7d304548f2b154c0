import type { CallView } from '../calls/view.ts';
import { COLUMNS, type SortValue } from './columns.ts';
import { type Entry, elapsedOf } from './entry.ts';

/** By which column the calls are sorted, and which way. */
export interface Order {
  readonly key: string;
  readonly descending: boolean;
}

/** New calls on top. */
export const FIRST_ORDER: Order = { key: 'age', descending: false };

/** The order after a click on a column: its own way first, then the other one. */
export function orderBy(key: string, now: Order): Order {
  if (now.key === key) return { key, descending: !now.descending };
  return { key, descending: COLUMNS.find((column) => column.key === key)?.descending ?? false };
}

/** The calls in that order; unknown values last either way, equal ones by their creation. */
export function sorted(entries: readonly Entry[], order: Order, now: number): Entry[] {
  const column = COLUMNS.find(({ key }) => key === order.key);
  if (column === undefined) return [...entries];
  const keyed = entries.map((entry) => ({ entry, value: column.value(entry.call, elapsedOf(entry, now)) }));
  keyed.sort((a, b) => compare(a.value, b.value, order.descending) || byCreation(a.entry.call, b.entry.call));
  return keyed.map(({ entry }) => entry);
}

function compare(a: SortValue, b: SortValue, descending: boolean): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  if (a === b) return 0;
  const rising = typeof a === 'number' && typeof b === 'number' ? a - b : String(a) < String(b) ? -1 : 1;
  return descending ? -rising : rising;
}

function byCreation(a: CallView, b: CallView): number {
  if (a.created_at !== b.created_at) return a.created_at < b.created_at ? 1 : -1;
  return a.id < b.id ? -1 : Number(a.id > b.id);
}
