import type { CallDetail, CallView, LegView, Slice, SliceLeg } from '../calls/view.ts';
import { codecName } from './call-table.ts';
import { explanationText } from './explanation.ts';
import { duration, figure, measured, shown, table } from './text.ts';

/** Slices of 5 s that are shown, the last minute. */
const SHOWN_SLICES = 12;

/** What a row of the sheet shows of a leg. */
type Row = readonly [name: string, of: (leg: LegView) => string];

const ROWS: readonly Row[] = [
  ['listens on', (leg) => shown(leg.local_address)],
  ['advertised as', (leg) => shown(leg.advertised_host)],
  ['media goes to', (leg) => shown(leg.remote_address)],
  ['found', (leg) => `${shown(leg.remote_origin)} ${shown(leg.remote_since_at)}`],
  ['signalled', (leg) => (leg.on_hold ? 'on hold' : shown(leg.signalled_address))],
  ['latch', (leg) => `${shown(leg.latch_state)}${leg.asymmetric ? ', asymmetric' : ''}`],
  ['ignored packets', (leg) => String(leg.ignored_packets)],
  [
    'ignored last',
    (leg) => (leg.ignored_address === null ? '-' : `${shown(leg.ignored_address)} (${shown(leg.ignored_reason)})`),
  ],
  ['codec', (leg) => `${codecName(leg)}, other types ${leg.other_payload_packets}`],
  ['types in SDP', (leg) => shown(leg.offered_payload_types?.join(','))],
  ['received', (leg) => `${leg.received_packets}, ${figure(leg.packets_per_second)}/s`],
  ['relayed, dropped', (leg) => `${leg.relayed_packets}, ${leg.dropped_packets}`],
  ['payload bytes', (leg) => String(leg.payload_bytes)],
  ['RTCP received', (leg) => String(leg.rtcp_received_packets)],
  ['first packet', (leg) => shown(leg.first_packet_at)],
  [
    'last packet',
    (leg) =>
      `${shown(leg.last_packet_at)}${leg.since_last_packet_s === null ? '' : `, ${figure(leg.since_last_packet_s, 1)} s ago`}`,
  ],
  ['longest gap', (leg) => measured(leg.longest_gap_ms, 0, 'ms')],
  ['SSRC, changes', (leg) => `${shown(leg.ssrc)}, ${leg.ssrc_changes}`],
  [
    'lost',
    (leg) =>
      `${leg.lost_packets} of ${leg.expected_packets} (${measured(leg.loss_percent, 1, '%')}) in ${leg.loss_events} runs`,
  ],
  ['late, reordered', (leg) => `${leg.late_packets}, ${leg.reordered_packets}`],
  ['duplicate, invalid', (leg) => `${leg.duplicate_packets}, ${leg.invalid_packets}`],
  ['jitter, highest', (leg) => `${measured(leg.jitter_ms, 1, 'ms')}, ${measured(leg.jitter_max_ms, 1, 'ms')}`],
  ['MOS-LQ, worst 5 s', (leg) => `${figure(leg.mos_lq, 2)}, ${figure(leg.mos_lq_min, 2)}`],
  ['MOS-CQ', (leg) => figure(leg.mos_cq, 2)],
  [
    'reports loss, jitter',
    (leg) => `${measured(leg.far_loss_percent, 1, '%')}, ${measured(leg.far_jitter_ms, 1, 'ms')}`,
  ],
  ['round trip', (leg) => measured(leg.round_trip_ms, 1, 'ms')],
  ['send errors', (leg) => (leg.send_errors === 0 ? '0' : `${leg.send_errors} (${shown(leg.send_error)})`)],
  [
    'unreachable (ICMP)',
    (leg) => (leg.unreachable_reports === 0 ? '0' : `${leg.unreachable_reports} (${shown(leg.unreachable_error)})`),
  ],
  ['denied', (leg) => shown(leg.denied_reason)],
  ['also', (leg) => activities(leg)],
];

/** One call with all that is known of it, and what the rules say. */
export function callSheet(detail: CallDetail): string[] {
  const { call } = detail;
  const rows = ROWS.map(([name, of]) => [name, of(call.caller), of(call.callee)]);
  return [
    ...head(call),
    '',
    ...table([['', 'CALLER', 'CALLEE'], ...rows], []),
    '',
    ...slices(detail.slices),
    ...explanationText(detail),
  ];
}

function head(call: CallView): string[] {
  const state = call.complete ? 'complete' : 'no L yet';
  return [
    `Call-ID   ${shown(call.call_id)}`,
    `from-tag  ${shown(call.from_tag)}, media ${shown(call.media)}, id ${shown(call.id)}`,
    `created   ${shown(call.created_at)}, ${duration(call.duration_s)} ago; ${state}; ends in ${call.ttl_s} s unless a packet or command comes`,
  ];
}

function activities(leg: LegView): string {
  const words = [
    leg.recording ? 'recorded' : '',
    leg.copying ? 'copied' : '',
    leg.resized_to_ms === null ? '' : `resized to ${leg.resized_to_ms} ms`,
    leg.playing ? 'hears a prompt' : '',
    leg.looped ? 'loops' : '',
  ];
  return shown(words.filter((word) => word !== '').join(', '));
}

function slices(all: readonly Slice[]): string[] {
  const last = all.slice(-SHOWN_SLICES);
  if (last.length === 0) return [];
  const pair = (slice: Slice, of: (leg: SliceLeg) => string) => `${of(slice.caller)}/${of(slice.callee)}`;
  const rows = last.map((slice) => [
    shown(slice.at),
    pair(slice, (leg) => String(leg.packets)),
    pair(slice, (leg) => String(leg.lost_packets)),
    pair(slice, (leg) => String(leg.late_packets)),
    pair(slice, (leg) => figure(leg.jitter_ms, 1)),
    pair(slice, (leg) => figure(leg.mos_lq, 2)),
  ]);
  return [...table([['5 S UNTIL', 'PACKETS', 'LOST', 'LATE', 'JITTER', 'MOS'], ...rows], [1, 2, 3, 4, 5]), ''];
}
