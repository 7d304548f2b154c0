/**
 * Calls as everything shows them that only looks: the HTTP endpoint, rtpp-ctl, the page and `explain`. The keys are those of
 * the JSON: each says its unit, `_s` seconds, `_ms` milliseconds, `_at` a time as ISO 8601 in UTC. Null:
 * not known, or there is none; never a figure that stands for nothing.
 */

/** One session: a call, or one medium of it. */
export interface CallView {
  /** Names the session for as long as the daemon runs; no other one has it later. */
  readonly id: string;
  readonly call_id: string;
  readonly from_tag: string;
  /** Number of the medium, behind the `;` of the from-tag; `0` when there is none. */
  readonly media: string;
  readonly created_at: string;
  readonly duration_s: number;
  /** Both `U` and `L` came: packets are relayed. */
  readonly complete: boolean;
  /** Seconds until the session ends unless a packet comes; with a timer for each leg the smaller one. */
  readonly ttl_s: number;
  /** It is the target of a fork: its parties hear another call, and nothing of their own is relayed. */
  readonly fork_target: boolean;
  readonly caller: LegView;
  readonly callee: LegView;
}

/** How the address of a leg's party was found (docs/latching.md). `learned` again is `relearned`. */
export const ADDRESS_ORIGINS = ['none', 'signalled', 'learned', 'relearned'] as const;
export type AddressOrigin = (typeof ADDRESS_ORIGINS)[number];

/**
 * How far a leg is with its party. `waiting`: no packet yet; `probing`: somebody sends, nothing proves yet that it is the
 * party; `contested`: two sources send, and nothing speaks for either; `latched`: the party was found.
 */
export const LATCH_STATES = ['waiting', 'probing', 'contested', 'latched'] as const;
export type LatchStateName = (typeof LATCH_STATES)[number];

/** One leg, and what its party sends. */
export interface LegView {
  /** RTP: where it is bound, and what it is told to the party as when that is another address. Null before it has a port. */
  readonly local_address: string | null;
  readonly advertised_host: string | null;
  /** Where media goes; since when, and how that was found. */
  readonly remote_address: string | null;
  readonly remote_since_at: string | null;
  readonly remote_origin: AddressOrigin;
  /** What the last `U` or `L` said. */
  readonly signalled_address: string | null;
  readonly on_hold: boolean;
  readonly asymmetric: boolean;
  readonly latch_state: LatchStateName;
  /** Whose packets were ignored last, why, and how many were in all. */
  readonly ignored_address: string | null;
  readonly ignored_reason: string | null;
  readonly ignored_packets: number;

  /** Payload type in use, its codec if the type is a static one; packets of other types, as tones and comfort noise are. */
  readonly payload_type: number | null;
  readonly codec: string | null;
  readonly other_payload_packets: number;
  /** Payload types that the signalling of this party lists; null: it lists none. */
  readonly offered_payload_types: readonly number[] | null;

  /** RTP packets from the party; sent on to the other one; not sent on. */
  readonly received_packets: number;
  readonly relayed_packets: number;
  readonly dropped_packets: number;
  /** In the payload of the packets received, without padding. */
  readonly payload_bytes: number;
  readonly rtcp_received_packets: number;
  /** Over the last interval of observation. */
  readonly packets_per_second: number | null;
  readonly first_packet_at: string | null;
  readonly last_packet_at: string | null;
  readonly since_last_packet_s: number | null;
  readonly longest_gap_ms: number;
  readonly ssrc: string | null;
  readonly ssrc_changes: number;

  /** By sequence numbers: packets that must have been sent, packets that did not come, and in how many runs. */
  readonly expected_packets: number;
  readonly lost_packets: number;
  readonly loss_events: number;
  /** Came later than a jitter buffer of 60 ms waits. */
  readonly late_packets: number;
  readonly reordered_packets: number;
  readonly duplicate_packets: number;
  readonly invalid_packets: number;
  /** Lost, of those expected. */
  readonly loss_percent: number | null;
  readonly jitter_ms: number | null;
  readonly jitter_max_ms: number | null;
  /** Mean opinion score without delay; with it, where RTCP tells it. Of the whole call, and of its worst 5 s. */
  readonly mos_lq: number | null;
  readonly mos_lq_min: number | null;
  readonly mos_cq: number | null;
  /** What the party reports by RTCP of the media that it gets. */
  readonly far_loss_percent: number | null;
  readonly far_jitter_ms: number | null;
  /** From the party through the daemon to the other one and back, as far as RTCP of both tells it. */
  readonly round_trip_ms: number | null;

  /** Packets to the party that the kernel did not take, and the error of the last one, such as `ECONNREFUSED`. */
  readonly send_errors: number;
  readonly send_error: string | null;
  /**
   * ICMP messages that packets to the party do not arrive, those of them since the last pause of 5 s, the error of the last one, and when
   * it came.
   */
  readonly unreachable_reports: number;
  readonly unreachable_recent: number;
  readonly unreachable_error: string | null;
  readonly unreachable_at: string | null;
  /** Packets to the party that were dropped because of its address (`--peer-deny` and others), and why. */
  readonly denied_reason: string | null;
  /** They circulate: the party is a port of this daemon whose party is this one. */
  readonly looped: boolean;
  /** What is done with the packets of the party: recorded, copied; resized to so many milliseconds. */
  readonly recording: boolean;
  readonly copying: boolean;
  readonly resized_to_ms: number | null;
  /** A prompt is played to the party, who hears nothing else meanwhile. */
  readonly playing: boolean;
}

/** Figures of one leg over an interval of 5 s. */
export interface SliceLeg {
  readonly packets: number;
  readonly lost_packets: number;
  readonly late_packets: number;
  readonly jitter_ms: number | null;
  readonly mos_lq: number | null;
}

/** An interval of 5 s; `at` is its end. */
export interface Slice {
  readonly at: string;
  readonly caller: SliceLeg;
  readonly callee: SliceLeg;
}

/** What one rule of `explain` says of a call. `info`: a fact that is no fault. */
export interface Finding {
  readonly rule: string;
  readonly severity: 'problem' | 'info';
  readonly leg: 'caller' | 'callee' | null;
  /** One sentence. */
  readonly text: string;
  /** The figures that it comes from, by their keys in `CallView`. */
  readonly evidence: Readonly<Record<string, string | number | boolean | null>>;
  /** What to do; null for a fact. */
  readonly advice: string | null;
}

/** One call with all that is known of it. */
export interface CallDetail {
  readonly call: CallView;
  /** The last five minutes, the oldest first. */
  readonly slices: readonly Slice[];
  readonly findings: readonly Finding[];
}

/** Load of one relay worker. */
export interface WorkerView {
  readonly packets_per_second: number;
  /** Share of a processor that its thread uses, 0 to 1. */
  readonly load: number;
}

/** The daemon as a whole. */
export interface TotalsView {
  readonly version: string;
  readonly started_at: string;
  readonly draining: boolean;
  readonly calls: number;
  readonly calls_created: number;
  readonly packets_per_second: number;
  readonly workers: readonly WorkerView[];
  readonly event_loop_lag_ms: number;
}
