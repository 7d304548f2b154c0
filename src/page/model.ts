import type { CallDetail, TotalsView } from '../calls/view.ts';
import type { Entry } from './entry.ts';
import type { Order } from './order.ts';
import type { Connection } from './stream.ts';

/** A call that is looked at. */
export interface DetailModel {
  readonly id: string;
  readonly detail: CallDetail | undefined;
  /** `ended`: what is shown is the last that is known of it. */
  readonly state: 'loading' | 'shown' | 'ended' | 'absent' | 'failed';
}

/** Everything that the page shows. */
export interface Model {
  readonly connection: Connection;
  readonly totals: TotalsView | undefined;
  /** Calls that fit the filter, in order; how many there are in all. */
  readonly rows: readonly Entry[];
  readonly known: number;
  /** Whether all calls have been told once. */
  readonly ready: boolean;
  readonly filter: string;
  readonly order: Order;
  /** Which call the keyboard is at. */
  readonly cursor: string | undefined;
  readonly detail: DetailModel | undefined;
  readonly dark: boolean;
  /** On the clock of the page, in milliseconds. */
  readonly now: number;
}

/** What a user can do. */
export interface Actions {
  filter(text: string): void;
  sort(key: string): void;
  open(id: string): void;
  close(): void;
  toggleTheme(): void;
}
