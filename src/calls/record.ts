import type { LegFigures, SessionFigures } from '../addon/contract.ts';
import type { LegIndex } from '../addon/types.ts';
import { callView } from './call-view.ts';
import type { CallHistory } from './history.ts';
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

type Passing = 'packets_per_second' | 'since_last_packet_s' | 'recording' | 'copying' | 'playing';

/** A leg of an ended call: what `LegView` has of it, but for what passes. */
export interface LegRecord extends Omit<LegView, Passing> {
  readonly jitter_mean_ms: number | null;
  /** Of the slices of 5 s. */
  readonly mos_lq_mean: number | null;
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

/** The record of a call by its final figures. */
export function callRecord(history: CallHistory, figures: SessionFigures, end: CallEnd): CallRecord {
  const { ttl_s: _, caller, callee, ...view } = callView(history, figures, end.at, end.unix);
  const leg = (index: LegIndex, of: LegView) => legRecord(of, figures.legs[index], history.legs[index].qualities.mean);
  return {
    ...view,
    ended_at: new Date(end.unix).toISOString(),
    end_reason: end.reason,
    one_way: view.complete && (caller.received_packets === 0) !== (callee.received_packets === 0),
    caller: leg(1, caller),
    callee: leg(0, callee),
  };
}

function legRecord(view: LegView, figures: LegFigures, mean: number | undefined): LegRecord {
  const { packets_per_second, since_last_packet_s, recording, copying, playing, ...lasting } = view;
  return {
    ...lasting,
    jitter_mean_ms: figures.sent === 0 ? null : timestampMs(figures.jitterAvg, figures.payloadType),
    mos_lq_mean: rounded(mean, 2),
  };
}
