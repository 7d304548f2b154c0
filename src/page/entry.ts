import type { CallView } from '../calls/view.ts';

/** A call, and when it was told: on the clock of the page, in milliseconds. */
export interface Entry {
  readonly call: CallView;
  readonly toldAt: number;
}

/** Seconds since the call was told. */
export function elapsedOf({ toldAt }: Entry, now: number): number {
  return (now - toldAt) / 1000;
}
