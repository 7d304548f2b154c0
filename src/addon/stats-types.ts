const ADDRESS_FIELDS = ['family', 'port', 'ip0', 'ip1', 'ip2', 'ip3'];
const LEG_FIELDS = [
  'rtp_in',
  'rtp_relayed',
  'rtp_dropped',
  'rtp_ignored',
  'rtcp_in',
  'rtcp_relayed',
  'rtcp_dropped',
  'rtcp_ignored',
  'first_in',
  'last_in',
  'longest_ipi',
  'sent',
  'received',
  'duplicates',
  'parse_errors',
  'jitter_last',
  'jitter_max',
  'jitter_avg',
  'ssrc',
  'ssrc_changes',
  ...ADDRESS_FIELDS.map((name) => `media_${name}`),
  ...ADDRESS_FIELDS.map((name) => `ignored_${name}`),
  'rtp_refused',
  'rtcp_refused',
];

/** Order of a session snapshot; equal to `RTPP_SESSION_FIELDS` in `native/engine/stats.h`. */
export const SESSION_FIELDS: readonly string[] = [
  'ttl',
  ...LEG_FIELDS.map((name) => `leg0_${name}`),
  ...LEG_FIELDS.map((name) => `leg1_${name}`),
];

/** Order of the engine's totals; equal to `RTPP_TOTAL_FIELDS` in `native/engine/stats.h`. */
export const TOTAL_FIELDS = [
  'packets_received',
  'packets_relayed',
  'packets_discarded',
  'packets_per_second',
  'kernel_drops',
  'packets_refused',
  'events_dropped',
  'packets_recorded',
  'records_lost',
  'packets_played',
  'resizer_in',
  'resizer_out',
  'resizer_discarded',
  'packets_ignored',
  'packets_denied',
  'packets_looped',
] as const;

/** Counters of one direction of one channel (media.md 2.6). */
export interface ChannelStats {
  readonly received: number;
  readonly relayed: number;
  readonly dropped: number;
  readonly ignored: number;
  /** To the peer of the leg, whoever sent them: not taken by the kernel. */
  readonly refused: number;
}

/** What one leg received from its peer. */
export interface LegStats {
  readonly rtp: ChannelStats;
  readonly rtcp: ChannelStats;
  /** Unix seconds of the first and last RTP packet; 0 = none. */
  readonly firstIn: number;
  readonly lastIn: number;
  /** Longest gap between two RTP packets, seconds. */
  readonly longestIpi: number;
  /** Packets expected by sequence numbers, unique packets, duplicates, unparsable packets (media.md 5). */
  readonly sent: number;
  readonly received: number;
  readonly duplicates: number;
  readonly parseErrors: number;
  /** RTP timestamp units. */
  readonly jitterLast: number;
  readonly jitterMax: number;
  readonly jitterAvg: number;
  /** Last SSRC seen; meaningless while `ssrcChanges` is 0. */
  readonly ssrc: number;
  /** Distinct runs of SSRCs; 0 = no RTP packet yet. */
  readonly ssrcChanges: number;
  /** Where RTP was sent to last, and whose RTP was ignored last: `host:port`, '' for none. */
  readonly media: string;
  readonly ignored: string;
}

export interface SessionStats {
  /** Seconds left; the smaller of both legs. */
  readonly ttl: number;
  readonly legs: readonly [LegStats, LegStats];
}

/** Sums over all sessions since the engine started. */
export interface EngineTotals {
  readonly packetsReceived: number;
  readonly packetsRelayed: number;
  readonly packetsDiscarded: number;
  /** Over the last full second. */
  readonly packetsPerSecond: number;
  readonly kernelDrops: number;
  /** Packets that the kernel did not take for sending. */
  readonly packetsRefused: number;
  readonly eventsDropped: number;
  /** Packets in recordings, and packets that are missing there. */
  readonly packetsRecorded: number;
  readonly recordsLost: number;
  /** Packets that players sent. */
  readonly packetsPlayed: number;
  /** Packets into resizers, out of them, and thrown away by them. */
  readonly resizerIn: number;
  readonly resizerOut: number;
  readonly resizerDiscarded: number;
  /** Packets from sources other than the peers. */
  readonly packetsIgnored: number;
  /** Packets that were not sent, copied or taken because of the other end's address. */
  readonly packetsDenied: number;
  /** Packets that circulated between sessions, and were dropped. */
  readonly packetsLooped: number;
}
