import type { CallView, LegView } from '../../src/calls/view.ts';

// Views of calls as a source of calls would give them, for what only looks at calls.

export const CREATED_AT = '2026-03-01T10:00:00.000Z';

/** A time so many seconds behind the creation of the call. */
export function at(seconds: number): string {
  return new Date(Date.parse(CREATED_AT) + seconds * 1000).toISOString();
}

/** A leg whose party has been talking for 58 s, from where signalling said. */
export function legView(address: string, changes: Partial<LegView> = {}): LegView {
  return {
    local_address: '203.0.113.1:35000',
    advertised_host: null,
    remote_address: address,
    remote_since_at: at(2),
    remote_origin: 'signalled',
    signalled_address: address,
    on_hold: false,
    asymmetric: false,
    latch_state: 'latched',
    ignored_address: null,
    ignored_reason: null,
    ignored_packets: 0,
    payload_type: 0,
    codec: 'PCMU',
    other_payload_packets: 0,
    offered_payload_types: null,
    received_packets: 2900,
    relayed_packets: 2900,
    dropped_packets: 0,
    payload_bytes: 464_000,
    rtcp_received_packets: 11,
    packets_per_second: 50,
    first_packet_at: at(2),
    last_packet_at: at(60),
    since_last_packet_s: 0,
    longest_gap_ms: 22,
    ssrc: '0x0000BEEF',
    ssrc_changes: 1,
    expected_packets: 2900,
    lost_packets: 0,
    loss_events: 0,
    late_packets: 0,
    reordered_packets: 0,
    duplicate_packets: 0,
    invalid_packets: 0,
    loss_percent: 0,
    jitter_ms: 0.4,
    jitter_max_ms: 1.2,
    mos_lq: 4.41,
    mos_lq_min: 4.41,
    mos_cq: null,
    far_loss_percent: 0,
    far_jitter_ms: 0.5,
    round_trip_ms: 40,
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
    ...changes,
  };
}

/** What a party looks like that has never sent anything. */
export const SILENT: Partial<LegView> = {
  latch_state: 'waiting',
  payload_type: null,
  codec: null,
  received_packets: 0,
  relayed_packets: 0,
  payload_bytes: 0,
  rtcp_received_packets: 0,
  packets_per_second: 0,
  first_packet_at: null,
  last_packet_at: null,
  since_last_packet_s: null,
  ssrc: null,
  ssrc_changes: 0,
  expected_packets: 0,
  loss_percent: null,
  jitter_ms: null,
  jitter_max_ms: null,
  mos_lq: null,
  mos_lq_min: null,
};

export interface CallChanges extends Partial<Omit<CallView, 'caller' | 'callee'>> {
  readonly caller?: Partial<LegView>;
  readonly callee?: Partial<LegView>;
}

/** A healthy call of 60 s, but for the changes. */
export function callView({ caller, callee, ...changes }: CallChanges = {}): CallView {
  return {
    id: '1.7',
    call_id: 'call-1@192.0.2.10',
    from_tag: 'from-1',
    media: '0',
    created_at: CREATED_AT,
    duration_s: 60,
    complete: true,
    ttl_s: 60,
    fork_target: false,
    ...changes,
    caller: legView('192.0.2.10:4000', { local_address: '203.0.113.1:35002', ...caller }),
    callee: legView('198.51.100.20:6000', callee),
  };
}
