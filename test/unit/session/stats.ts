import type { ChannelStats, EngineTotals, LegStats, SessionStats } from '../../../src/addon/stats-types.ts';

const NO_PACKETS: ChannelStats = { received: 0, relayed: 0, dropped: 0, ignored: 0, refused: 0 };

const SILENT_LEG: LegStats = {
  rtp: NO_PACKETS,
  rtcp: NO_PACKETS,
  firstIn: 0,
  lastIn: 0,
  longestIpi: 0,
  sent: 0,
  received: 0,
  duplicates: 0,
  parseErrors: 0,
  jitterLast: 0,
  jitterMax: 0,
  jitterAvg: 0,
  ssrc: 0,
  ssrcChanges: 0,
  media: '',
  ignored: '',
};

export const ZERO_TOTALS: EngineTotals = {
  packetsReceived: 0,
  packetsRelayed: 0,
  packetsDiscarded: 0,
  packetsPerSecond: 0,
  kernelDrops: 0,
  packetsRefused: 0,
  eventsDropped: 0,
  packetsRecorded: 0,
  recordsLost: 0,
  packetsPlayed: 0,
  resizerIn: 0,
  resizerOut: 0,
  resizerDiscarded: 0,
  packetsIgnored: 0,
  packetsDenied: 0,
  packetsLooped: 0,
};

/** Figures of one direction of one channel; what is not given is 0. */
export function channel(figures: Partial<ChannelStats>): ChannelStats {
  return { ...NO_PACKETS, ...figures };
}

/** Figures of a session; what is not given is 0. */
export function sessionStats(ttl = 60, leg0: Partial<LegStats> = {}, leg1: Partial<LegStats> = {}): SessionStats {
  return {
    ttl,
    legs: [
      { ...SILENT_LEG, ...leg0 },
      { ...SILENT_LEG, ...leg1 },
    ],
  };
}
