import type { EngineTotals, LegFigures, SessionFigures } from '../addon/contract.ts';
import type { SessionHandle } from '../addon/types.ts';

/** Figures of a leg that explain what happens on it. */
export type LegFacts = {
  readonly lossEvents: number;
  readonly late: number;
  readonly reordered: number;
  readonly payloadType: number;
  readonly otherPayload: number;
  readonly farLoss: number;
  readonly farJitter: number;
  readonly roundTrip: number;
  readonly addressOrigin: number;
  readonly addressSince: number;
  readonly latchState: number;
  readonly ignoreReason: number;
  readonly sendError: number;
  readonly denial: number;
  readonly looped: number;
  readonly recording: number;
  readonly copying: number;
  readonly playing: number;
};
export type LegFiguresAndFacts = LegFigures & LegFacts;
export interface SessionFiguresAndFacts extends SessionFigures {
  readonly forkTarget: number;
  readonly legs: readonly [LegFiguresAndFacts, LegFiguresAndFacts];
}

const UNKNOWN: LegFacts = {
  lossEvents: 0,
  late: 0,
  reordered: 0,
  payloadType: -1,
  otherPayload: 0,
  farLoss: -1,
  farJitter: -1,
  roundTrip: -1,
  addressOrigin: 0,
  addressSince: 0,
  latchState: 0,
  ignoreReason: 0,
  sendError: 0,
  denial: 0,
  looped: 0,
  recording: 0,
  copying: 0,
  playing: 0,
};

/** The figures of an engine that may not know all facts yet. */
export function withFacts(figures: SessionFigures): SessionFiguresAndFacts {
  const [callee, caller] = figures.legs;
  return {
    ...figures,
    legs: [
      { ...UNKNOWN, ...callee },
      { ...UNKNOWN, ...caller },
    ],
  };
}

/** The part of the engine that observers need. */
export interface CallEngine {
  totals(): EngineTotals;
  /** Figures of many sessions with one wake-up for each worker; undefined for a stale handle. */
  snapshots(sessions: readonly SessionHandle[]): readonly (SessionFigures | undefined)[];
  workers(): readonly { readonly packetsPerSecond: number; readonly cpuSeconds: number }[];
}

/** For an engine that tells of one session at a time. */
export function oneByOne(engine: {
  totals(): EngineTotals;
  snapshot(session: SessionHandle): SessionFigures;
}): CallEngine {
  return {
    totals: () => engine.totals(),
    snapshots: (sessions) => sessions.map((session) => engine.snapshot(session)),
    workers: () => [],
  };
}
