import { getSystemErrorName } from 'node:util';
import {
  ADDRESS_ORIGINS,
  DENIALS,
  type Denial,
  IGNORE_REASONS,
  type IgnoreReason,
  LATCH_STATES,
} from '../addon/contract.ts';
import { peerText } from '../addon/endpoint.ts';
import { formatSsrc } from '../log/ssrc.ts';
import { staticCodec } from '../quality/codecs.ts';
import type { SessionLeg } from '../session/session.ts';
import type { LegFiguresAndFacts } from './engine.ts';
import type { LegHistory } from './history.ts';
import { rounded, timeOf, timestampMs } from './units.ts';
import type { LegView } from './view.ts';

/** All that is known of a leg. */
export interface LegParts {
  readonly leg: SessionLeg;
  readonly figures: LegFiguresAndFacts;
  /** Payload type of the media that the party gets, for what it reports of it. */
  readonly heardType: number;
  readonly history: LegHistory;
  /** From the party to the other one and back, in seconds; undefined where RTCP does not tell. */
  readonly roundTrip: number | undefined;
  /** Unix seconds. */
  readonly now: number;
}

/** A leg as observers see it. */
export function legView(parts: LegParts): LegView {
  return {
    ...addresses(parts),
    ...payload(parts),
    ...packets(parts),
    ...stream(parts),
    ...quality(parts),
    ...actions(parts),
  };
}

function addresses({ leg, figures }: LegParts) {
  const { port, local, peer } = leg;
  return {
    local_address: port === undefined ? null : hostPort(local.host, port),
    advertised_host: local.advertised ?? null,
    remote_address: peerText(figures.media) || null,
    remote_since_at: timeOf(figures.addressSince),
    remote_origin: ADDRESS_ORIGINS[figures.addressOrigin] ?? 'none',
    signalled_address: peer?.kind === 'address' ? hostPort(peer.host, peer.port) : null,
    on_hold: peer?.kind === 'hold',
    asymmetric: leg.asymmetric,
    latch_state: LATCH_STATES[figures.latchState] ?? 'waiting',
    ignored_address: peerText(figures.ignored) || null,
    ignored_reason: reason<IgnoreReason>(IGNORE_REASONS, figures.ignoreReason),
    ignored_packets: figures.rtp.ignored,
  };
}

function payload({ leg, figures }: LegParts) {
  const { payloadType, otherPayload } = figures;
  return {
    payload_type: payloadType < 0 ? null : payloadType,
    codec: staticCodec(payloadType)?.name ?? null,
    other_payload_packets: otherPayload,
    offered_payload_types: leg.codecs === undefined ? null : payloadTypes(leg.codecs),
  };
}

function packets({ figures, history, now }: LegParts) {
  return {
    received_packets: figures.rtp.received,
    relayed_packets: figures.rtp.relayed,
    dropped_packets: figures.rtp.dropped,
    rtcp_received_packets: figures.rtcp.received,
    packets_per_second: rounded(history.rate, 1),
    first_packet_at: timeOf(figures.firstIn),
    last_packet_at: timeOf(figures.lastIn),
    since_last_packet_s: figures.lastIn === 0 ? null : rounded(Math.max(0, now - figures.lastIn), 1),
  };
}

function stream({ figures }: LegParts) {
  const { sent, payloadType } = figures;
  const lost = sent - figures.received;
  return {
    longest_gap_ms: Math.round(1000 * figures.longestIpi),
    ssrc: figures.ssrcChanges === 0 ? null : formatSsrc(figures.ssrc),
    ssrc_changes: figures.ssrcChanges,
    expected_packets: sent,
    lost_packets: lost,
    loss_events: figures.lossEvents,
    late_packets: figures.late,
    reordered_packets: figures.reordered,
    duplicate_packets: figures.duplicates,
    invalid_packets: figures.parseErrors,
    loss_percent: sent === 0 ? null : rounded((100 * lost) / sent, 2),
    jitter_ms: sent === 0 ? null : timestampMs(figures.jitterLast, payloadType),
    jitter_max_ms: sent === 0 ? null : timestampMs(figures.jitterMax, payloadType),
  };
}

function quality({ figures, history, heardType, roundTrip }: LegParts) {
  const { farLoss, farJitter } = figures;
  const conversation = roundTrip === undefined ? undefined : history.quality(figures, 500 * roundTrip);
  return {
    mos_lq: rounded(history.quality(figures), 2),
    mos_lq_min: rounded(history.qualities.min, 2),
    mos_cq: rounded(conversation, 2),
    far_loss_percent: farLoss < 0 ? null : rounded(100 * farLoss, 2),
    far_jitter_ms: farJitter < 0 ? null : timestampMs(farJitter, heardType),
    round_trip_ms: roundTrip === undefined ? null : rounded(1000 * roundTrip, 1),
  };
}

function actions({ leg, figures }: LegParts) {
  const { sendError } = figures;
  return {
    send_errors: figures.rtp.refused + figures.rtcp.refused,
    send_error: sendError === 0 ? null : getSystemErrorName(-sendError),
    denied_reason: reason<Denial>(DENIALS, figures.denial),
    looped: figures.looped !== 0,
    recording: figures.recording !== 0,
    copying: figures.copying !== 0,
    resized_to_ms: leg.ptime ?? null,
    playing: figures.playing !== 0,
  };
}

function hostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The first of the names stands for none. */
function reason<Name extends string>(names: readonly Name[], number: number): Name | null {
  return number === 0 ? null : (names[number] ?? null);
}

/** Of a codec list such as `0,8,101`; hostile lists are not longer than a command. */
function payloadTypes(codecs: string): number[] {
  return codecs
    .split(',')
    .filter((text) => text !== '')
    .map(Number);
}
