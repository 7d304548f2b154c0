import {
  type ChannelFigures,
  ENGINE_TOTALS,
  type LegFigures,
  SESSION_FIGURES,
  type SessionFigures,
} from '../../../src/addon/contract.ts';

/** Nothing was received, and nothing is known. */
const SILENT_LEG: LegFigures = {
  ...SESSION_FIGURES.legs[0],
  payloadType: -1,
  lastPayload: -1,
  behind: -1,
  mostBehind: -1,
  farLoss: -1,
  farJitter: -1,
  roundTrip: -1,
};

export const ZERO_TOTALS = ENGINE_TOTALS;

/** Figures of one direction of one channel; what is not given is 0. */
export function channel(figures: Partial<ChannelFigures>): ChannelFigures {
  return { ...SILENT_LEG.rtp, ...figures };
}

/** Figures of a session; what is not given is 0. */
export function sessionStats(ttl = 60, leg0: Partial<LegFigures> = {}, leg1: Partial<LegFigures> = {}): SessionFigures {
  return {
    ttl,
    forkTarget: 0,
    legs: [
      { ...SILENT_LEG, ...leg0 },
      { ...SILENT_LEG, ...leg1 },
    ],
  };
}

/** Figures as the addon gives them. */
export function rowOf(figures: SessionFigures): Float64Array {
  return Float64Array.from(numbersOf(figures));
}

function numbersOf(figures: object): number[] {
  return Object.values(figures).flatMap((value) => (typeof value === 'number' ? value : numbersOf(value)));
}
