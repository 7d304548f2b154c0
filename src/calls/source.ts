import type { CallDetail, CallView, TotalsView } from './view.ts';

/** Which calls are wanted. */
export interface CallFilter {
  /** Part of the Call-ID, and of any address, as they are. */
  readonly callId?: string;
  readonly address?: string;
  /** A leg whose `mos_lq` is at most that, or whose `loss_percent` is at least that. */
  readonly maxMos?: number;
  readonly minLoss?: number;
}

/** Some calls, and where the rest begins; undefined: that was the rest. */
export interface CallPage {
  readonly calls: readonly CallView[];
  readonly next: string | undefined;
}

/** Hears of calls, for as long as it is subscribed. */
export interface CallListener {
  /** A call that is new or has changed; at the start each that there is. They come few in a turn of the event loop. */
  call(call: CallView): void;
  /** Those of this second have come. */
  pause(): void;
  /** Every call that there was at the start has been told. */
  ready(): void;
  /** These have ended, by their `id`. */
  ended(ids: readonly string[]): void;
}

/** Who knows the calls (`CallWatch`); a test puts one of its own in its place. */
export interface CallSource {
  totals(): TotalsView;
  /** In the order of creation, `limit` of those that fit, behind `cursor`. Rejects with a RangeError for a cursor that is none. */
  list(filter: CallFilter, limit: number, cursor?: string): Promise<CallPage>;
  /** By `id`, or by a Call-ID with one session only; undefined: there is none. */
  find(id: string): Promise<CallDetail | undefined>;
  /** Tells of changes, each second or, where there are many, in turns of a few seconds, until the function that comes back is called. */
  subscribe(listener: CallListener): () => void;
}
