import { getSystemErrorName } from 'node:util';
import type { LegFigures } from '../addon/contract.ts';
import { ADDRESS_ORIGINS, DENIALS, IGNORE_REASONS, LATCH_STATES } from '../addon/contract.ts';
import { peerText } from '../addon/endpoint.ts';
import { formatSsrc } from '../log/ssrc.ts';
import { staticCodec } from '../quality/codecs.ts';
import { DENIED, IGNORED } from '../session/reasons.ts';
import type { SessionLeg } from '../session/session.ts';
import { type LegHistory, legQuality, lossPercent } from './history.ts';
import { rounded, timeOf, timestampMs } from './units.ts';
import type { LegView } from './view.ts';

const MAX_PAYLOAD_TYPE = 127;

/** All that is known of a leg. */
export interface LegParts {
  readonly leg: SessionLeg;
  readonly figures: LegFigures;
  /** Payload type of the media that the party gets, for what it reports of it. */
  readonly heardType: number;
  readonly history: LegHistory;
  /** From the party to the other one and back, in seconds; undefined where RTCP does not tell. */
  readonly roundTrip: number | undefined;
  /** Unix seconds. */
  readonly now: number;
}

/** A leg of which nothing is known. Copies of it have all their properties from the start on, which makes them cheap to fill. */
const NOTHING: LegView = {
  local_address: null,
  advertised_host: null,
  remote_address: null,
  remote_since_at: null,
  remote_origin: 'none',
  signalled_address: null,
  on_hold: false,
  asymmetric: false,
  latch_state: 'waiting',
  ignored_address: null,
  ignored_reason: null,
  ignored_packets: 0,
  payload_type: null,
  codec: null,
  other_payload_packets: 0,
  offered_payload_types: null,
  received_packets: 0,
  relayed_packets: 0,
  dropped_packets: 0,
  payload_bytes: 0,
  rtcp_received_packets: 0,
  packets_per_second: null,
  first_packet_at: null,
  last_packet_at: null,
  since_last_packet_s: null,
  longest_gap_ms: 0,
  ssrc: null,
  ssrc_changes: 0,
  expected_packets: 0,
  lost_packets: 0,
  loss_events: 0,
  late_packets: 0,
  reordered_packets: 0,
  duplicate_packets: 0,
  invalid_packets: 0,
  loss_percent: null,
  jitter_ms: null,
  jitter_max_ms: null,
  mos_lq: null,
  mos_lq_min: null,
  mos_cq: null,
  far_loss_percent: null,
  far_jitter_ms: null,
  round_trip_ms: null,
  send_errors: 0,
  send_error: null,
  unreachable_reports: 0,
  unreachable_recent: 0,
  unreachable_error: null,
  unreachable_at: null,
  denied_reason: null,
  looped: false,
  recording: false,
  copying: false,
  resized_to_ms: null,
  playing: false,
};

type Draft = { -readonly [key in keyof LegView]: LegView[key] };

/** A leg as observers see it. */
export function legView(parts: LegParts): LegView {
  const view: Draft = { ...NOTHING };
  fillAddresses(view, parts);
  fillPayload(view, parts);
  fillPackets(view, parts);
  if (parts.figures.sent > 0) fillStream(view, parts);
  fillQuality(view, parts);
  fillDelivery(view, parts);
  fillActions(view, parts);
  return view;
}

function fillAddresses(view: Draft, { leg, figures }: LegParts): void {
  const { port, local, peer } = leg;
  if (port !== undefined) view.local_address = hostPort(local.host, port);
  view.advertised_host = local.advertised ?? null;
  view.remote_address = peerText(figures.media) || null;
  view.remote_since_at = timeOf(figures.addressSince);
  view.remote_origin = ADDRESS_ORIGINS[figures.addressOrigin] ?? 'none';
  if (peer?.kind === 'address') view.signalled_address = hostPort(peer.host, peer.port);
  view.on_hold = peer?.kind === 'hold';
  view.asymmetric = leg.asymmetric;
  view.latch_state = LATCH_STATES[figures.latchState] ?? 'waiting';
  view.ignored_address = peerText(figures.ignored) || null;
  view.ignored_reason = reason(IGNORE_REASONS, figures.ignoreReason, IGNORED);
  view.ignored_packets = figures.rtp.ignored;
}

function fillPayload(view: Draft, { leg, figures }: LegParts): void {
  const { payloadType, otherPayload } = figures;
  if (payloadType >= 0) view.payload_type = payloadType;
  view.codec = staticCodec(payloadType)?.name ?? null;
  view.other_payload_packets = otherPayload;
  if (leg.codecs !== undefined) view.offered_payload_types = payloadTypes(leg.codecs);
}

function fillPackets(view: Draft, { figures, history, now }: LegParts): void {
  view.received_packets = figures.rtp.received;
  view.relayed_packets = figures.rtp.relayed;
  view.dropped_packets = figures.rtp.dropped;
  view.payload_bytes = figures.payloadBytes;
  view.rtcp_received_packets = figures.rtcp.received;
  view.packets_per_second = rounded(history.rate, 1);
  view.first_packet_at = timeOf(figures.firstIn);
  view.last_packet_at = timeOf(figures.lastIn);
  if (figures.lastIn > 0) view.since_last_packet_s = rounded(Math.max(0, now - figures.lastIn), 1);
  view.longest_gap_ms = Math.round(1000 * figures.longestIpi);
  view.invalid_packets = figures.parseErrors;
}

/** What sequence numbers and timestamps tell. */
function fillStream(view: Draft, { figures }: LegParts): void {
  const { sent, payloadType } = figures;
  const lost = sent - figures.received;
  if (figures.ssrcChanges > 0) view.ssrc = formatSsrc(figures.ssrc);
  view.ssrc_changes = figures.ssrcChanges;
  view.expected_packets = sent;
  view.lost_packets = lost;
  view.loss_events = figures.lossEvents;
  view.late_packets = figures.late;
  view.reordered_packets = figures.reordered;
  view.duplicate_packets = figures.duplicates;
  view.loss_percent = rounded(lossPercent(figures), 2);
  view.jitter_ms = timestampMs(figures.jitterLast, payloadType);
  view.jitter_max_ms = timestampMs(figures.jitterMax, payloadType);
}

function fillQuality(view: Draft, { figures, history, heardType, roundTrip }: LegParts): void {
  const { farLoss, farJitter } = figures;
  view.mos_lq = rounded(legQuality(figures), 2);
  view.mos_lq_min = rounded(history.qualities.min, 2);
  if (farLoss >= 0) view.far_loss_percent = rounded(100 * farLoss, 2);
  if (farJitter >= 0) view.far_jitter_ms = timestampMs(farJitter, heardType);
  if (roundTrip === undefined) return;
  view.mos_cq = rounded(legQuality(figures, 500 * roundTrip), 2);
  view.round_trip_ms = rounded(1000 * roundTrip, 1);
}

/** What becomes of packets to the party. */
function fillDelivery(view: Draft, { figures }: LegParts): void {
  const { sendError, unreached } = figures;
  view.send_errors = figures.rtp.refused + figures.rtcp.refused;
  if (sendError !== 0) view.send_error = getSystemErrorName(-sendError);
  view.unreachable_reports = unreached.messages;
  view.unreachable_recent = unreached.recent;
  if (unreached.error !== 0) view.unreachable_error = getSystemErrorName(-unreached.error);
  view.unreachable_at = timeOf(unreached.at);
  view.denied_reason = reason(DENIALS, figures.denial, DENIED);
  view.looped = figures.looped !== 0;
}

function fillActions(view: Draft, { leg, figures }: LegParts): void {
  view.recording = figures.recording !== 0;
  view.copying = figures.copying !== 0;
  view.resized_to_ms = leg.ptime ?? null;
  view.playing = figures.playing !== 0;
}

function hostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** In words; the first of the names stands for none. */
function reason<Name extends string>(
  names: readonly Name[],
  number: number,
  words: Readonly<Record<Name, string>>,
): string | null {
  const name = number === 0 ? undefined : names[number];
  return name === undefined ? null : words[name];
}

/** Of a codec list such as `0,8,101`; a list may have any numbers, and is not longer than a command. */
function payloadTypes(codecs: string): number[] {
  return codecs
    .split(',')
    .filter((text) => text !== '')
    .map(Number)
    .filter((type) => type <= MAX_PAYLOAD_TYPE);
}
