import type { LegFigures, SessionFigures } from '../addon/contract.ts';
import type { LegIndex } from '../addon/types.ts';
import { callView, durationOf } from './call-view.ts';
import type { DigitRecord } from './digits.ts';
import { type CallHistory, type LegHistory, legQuality, lossPercent } from './history.ts';
import { rounded, timestampMs } from './units.ts';
import type { CallView, LegView } from './view.ts';

/** `deleted`: by a command; `timeout`: by the silence of the parties; `stopped`: with the daemon. */
export const END_REASONS = ['deleted', 'timeout', 'stopped'] as const;
export type EndReason = (typeof END_REASONS)[number];

/** How a call ended; `at` is in milliseconds of the monotonic clock, `unix` the same of the calendar. */
export interface CallEnd {
  readonly reason: EndReason;
  readonly at: number;
  readonly unix: number;
}

type Passing =
  | 'packets_per_second'
  | 'since_last_packet_s'
  | 'unreachable_recent'
  | 'recording'
  | 'copying'
  | 'playing';

/** A leg of an ended call: what `LegView` has of it, but for what passes. */
export interface LegRecord extends Omit<LegView, Passing> {
  readonly jitter_mean_ms: number | null;
  /** Of the slices of 5 s. */
  readonly mos_lq_mean: number | null;
  /** The first ones that a module has found. */
  readonly digits: readonly DigitRecord[];
  readonly digits_left_out: number;
}

/** An ended call, as `docs/call-record.schema.json` describes it. */
export interface CallRecord extends Omit<CallView, 'ttl_s' | 'caller' | 'callee'> {
  readonly ended_at: string;
  readonly end_reason: EndReason;
  /** Both parties had ports, and packets came from one of them only. */
  readonly one_way: boolean;
  readonly caller: LegRecord;
  readonly callee: LegRecord;
}

type LegOutcome = Pick<LegRecord, 'mos_lq' | 'loss_percent' | 'jitter_mean_ms'>;
/** What of an ended call is counted. */
export type CallOutcome = Pick<CallRecord, 'duration_s'> & {
  readonly caller: LegOutcome;
  readonly callee: LegOutcome;
};

/** A call that has ended, by its final figures. */
export class EndedCall {
  readonly #history: CallHistory;
  readonly #figures: SessionFigures;
  readonly #end: CallEnd;
  #record: CallRecord | undefined;

  constructor(history: CallHistory, figures: SessionFigures, end: CallEnd) {
    this.#history = history;
    this.#figures = figures;
    this.#end = end;
  }

  /** Made for who first asks, in 0.1 ms: a relay that only counts its calls does without. */
  get record(): CallRecord {
    this.#record ??= callRecord(this.#history, this.#figures, this.#end);
    return this.#record;
  }

  get outcome(): CallOutcome {
    const [callee, caller] = this.#figures.legs;
    return {
      duration_s: durationOf(this.#history, this.#end.at),
      caller: legOutcome(caller),
      callee: legOutcome(callee),
    };
  }
}

function legOutcome(figures: LegFigures): LegOutcome {
  return {
    mos_lq: rounded(legQuality(figures), 2),
    loss_percent: rounded(lossPercent(figures), 2),
    jitter_mean_ms: jitterMean(figures),
  };
}

function jitterMean({ sent, jitterAvg, payloadType }: LegFigures): number | null {
  return sent === 0 ? null : timestampMs(jitterAvg, payloadType);
}

function callRecord(history: CallHistory, figures: SessionFigures, end: CallEnd): CallRecord {
  const { ttl_s: _, caller, callee, ...view } = callView(history, figures, end.at, end.unix);
  const leg = (index: LegIndex, of: LegView) => legRecord(of, figures.legs[index], history.legs[index]);
  return {
    ...view,
    ended_at: new Date(end.unix).toISOString(),
    end_reason: end.reason,
    one_way: view.complete && (caller.received_packets === 0) !== (callee.received_packets === 0),
    caller: leg(1, caller),
    callee: leg(0, callee),
  };
}

function legRecord(view: LegView, figures: LegFigures, { qualities, digits }: LegHistory): LegRecord {
  const { packets_per_second, since_last_packet_s, unreachable_recent, recording, copying, playing, ...lasting } = view;
  return {
    ...lasting,
    jitter_mean_ms: jitterMean(figures),
    mos_lq_mean: rounded(qualities.mean, 2),
    digits: digits?.list ?? [],
    digits_left_out: digits?.leftOut ?? 0,
  };
}
