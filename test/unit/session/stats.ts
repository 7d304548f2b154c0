import {
  type ChannelFigures,
  ENGINE_TOTALS,
  type LegFigures,
  SESSION_FIGURES,
  type SessionFigures,
} from '../../../src/addon/contract.ts';

const [SILENT_LEG] = SESSION_FIGURES.legs;

export const ZERO_TOTALS = ENGINE_TOTALS;

/** Figures of one direction of one channel; what is not given is 0. */
export function channel(figures: Partial<ChannelFigures>): ChannelFigures {
  return { ...SILENT_LEG.rtp, ...figures };
}

/** Figures of a session; what is not given is 0. */
export function sessionStats(ttl = 60, leg0: Partial<LegFigures> = {}, leg1: Partial<LegFigures> = {}): SessionFigures {
  return {
    ttl,
    legs: [
      { ...SILENT_LEG, ...leg0 },
      { ...SILENT_LEG, ...leg1 },
    ],
  };
}
