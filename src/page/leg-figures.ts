import type { LegView } from '../calls/view.ts';
import { codecOf, extrasOf } from './columns.ts';
import { clock, hundredths, NOTHING, tenths, whole } from './format.ts';
import { jitterLevel, type Level, lossLevel, mosLevel } from './health.ts';

/** A figure of a leg, in words. */
export interface LegFigure {
  readonly name: string;
  readonly text: (leg: LegView) => string;
  readonly level?: (leg: LegView) => Level;
}

export interface FigureGroup {
  readonly title: string;
  readonly figures: readonly LegFigure[];
}

/** What is shown of both legs of one call, in groups. */
export const FIGURE_GROUPS: readonly FigureGroup[] = [
  {
    title: 'Addresses',
    figures: [
      { name: 'Media goes to', text: (leg) => leg.remote_address ?? NOTHING },
      { name: 'Found', text: found },
      { name: 'Signalled', text: (leg) => (leg.on_hold ? 'on hold' : (leg.signalled_address ?? NOTHING)) },
      { name: 'Own port', text: ownPort },
      {
        name: 'Latch',
        text: (leg) => leg.latch_state,
        level: (leg) => (leg.latch_state === 'contested' ? 'fair' : 'good'),
      },
      { name: 'Ignored', text: ignored },
    ],
  },
  {
    title: 'Media from the party',
    figures: [
      { name: 'Codec', text: codec },
      { name: 'Types offered', text: (leg) => leg.offered_payload_types?.join(', ') ?? NOTHING },
      { name: 'Rate', text: (leg) => unit(whole(leg.packets_per_second), 'packets/s') },
      { name: 'Received', text: (leg) => packets(leg.received_packets) },
      { name: 'Relayed', text: (leg) => packets(leg.relayed_packets) },
      { name: 'Dropped', text: (leg) => packets(leg.dropped_packets) },
      { name: 'First, last packet', text: firstAndLast },
      { name: 'SSRC', text: ssrc },
      { name: 'Longest gap', text: (leg) => unit(whole(leg.longest_gap_ms), 'ms') },
      { name: 'Extras', text: (leg) => extrasOf(leg).join(', ') || 'none' },
    ],
  },
  {
    title: 'Quality',
    figures: [
      { name: 'MOS', text: mos, level: (leg) => mosLevel(leg.mos_lq) },
      { name: 'MOS with delay', text: (leg) => hundredths(leg.mos_cq) },
      { name: 'Loss', text: loss, level: (leg) => lossLevel(leg.loss_percent) },
      { name: 'Out of order', text: disorder },
      { name: 'Jitter', text: jitter, level: (leg) => jitterLevel(leg.jitter_ms) },
      { name: 'Round trip', text: (leg) => unit(tenths(leg.round_trip_ms), 'ms') },
      { name: 'Party reports', text: far },
    ],
  },
  {
    title: 'Media to the party',
    figures: [
      { name: 'Send errors', text: sendErrors, level: (leg) => (leg.send_errors > 0 ? 'fair' : 'good') },
      { name: 'Not admitted', text: (leg) => leg.denied_reason ?? 'none', level: denialLevel },
    ],
  },
];

function found(leg: LegView): string {
  if (leg.remote_origin === 'none') return NOTHING;
  return leg.remote_since_at === null ? leg.remote_origin : `${leg.remote_origin} at ${clock(leg.remote_since_at)}`;
}

function ownPort(leg: LegView): string {
  if (leg.local_address === null) return NOTHING;
  return leg.advertised_host === null ? leg.local_address : `${leg.local_address}, told as ${leg.advertised_host}`;
}

function ignored(leg: LegView): string {
  if (leg.ignored_packets === 0) return 'none';
  const last = leg.ignored_address === null ? '' : `, last from ${leg.ignored_address}`;
  return `${packets(leg.ignored_packets)}${last}${leg.ignored_reason === null ? '' : ` (${leg.ignored_reason})`}`;
}

function codec(leg: LegView): string {
  const name = codecOf(leg) ?? NOTHING;
  return leg.other_payload_packets === 0 ? name : `${name}, ${packets(leg.other_payload_packets)} of others`;
}

function firstAndLast(leg: LegView): string {
  return leg.first_packet_at === null ? NOTHING : `${clock(leg.first_packet_at)}, ${clock(leg.last_packet_at)}`;
}

function ssrc(leg: LegView): string {
  const changes = leg.ssrc_changes < 2 ? '' : `, changed ${whole(leg.ssrc_changes - 1)} times`;
  return `${leg.ssrc ?? NOTHING}${changes}`;
}

function mos(leg: LegView): string {
  return leg.mos_lq === null ? NOTHING : `${hundredths(leg.mos_lq)}, worst 5 s ${hundredths(leg.mos_lq_min)}`;
}

function loss(leg: LegView): string {
  if (leg.loss_percent === null) return NOTHING;
  if (leg.lost_packets === 0) return '0 %';
  return `${tenths(leg.loss_percent)} %: ${packets(leg.lost_packets)}, ${whole(leg.loss_events)} times`;
}

function disorder(leg: LegView): string {
  return `${whole(leg.late_packets)} late, ${whole(leg.reordered_packets)} reordered, ${whole(leg.duplicate_packets)} twice`;
}

function jitter(leg: LegView): string {
  return unit(`${tenths(leg.jitter_ms)} ms, highest ${tenths(leg.jitter_max_ms)}`, 'ms');
}

function far(leg: LegView): string {
  if (leg.far_loss_percent === null && leg.far_jitter_ms === null) return NOTHING;
  return `${unit(tenths(leg.far_loss_percent), '%')} loss, ${unit(tenths(leg.far_jitter_ms), 'ms')} jitter`;
}

function sendErrors(leg: LegView): string {
  if (leg.send_errors === 0) return 'none';
  return `${whole(leg.send_errors)}${leg.send_error === null ? '' : `, last ${leg.send_error}`}`;
}

function denialLevel(leg: LegView): Level {
  return leg.denied_reason === null ? 'good' : 'bad';
}

function packets(count: number): string {
  return `${whole(count)} packets`;
}

function unit(text: string, name: string): string {
  return text.startsWith(NOTHING) ? NOTHING : `${text} ${name}`;
}
