import type { CallFilter, CallListener, CallPage, CallSource } from '../../src/calls/source.ts';
import type { CallDetail, CallView, LegView, TotalsView } from '../../src/calls/view.ts';
import { legView as legOf } from './call-views.ts';

const LEG = legOf('198.51.100.7:4000', {
  local_address: '192.0.2.1:35000',
  remote_since_at: '2026-01-01T00:00:01.000Z',
  remote_origin: 'learned',
  received_packets: 500,
  relayed_packets: 500,
  rtcp_received_packets: 2,
  first_packet_at: '2026-01-01T00:00:01.000Z',
  last_packet_at: '2026-01-01T00:00:11.000Z',
  longest_gap_ms: 21,
  ssrc: '0x12345678',
  expected_packets: 500,
  jitter_ms: 0.5,
  jitter_max_ms: 1,
  mos_lq_min: 4.4,
  far_loss_percent: null,
  far_jitter_ms: null,
  round_trip_ms: null,
});

/** A call in good health. */
export function callView(id: string, changes: Partial<CallView> = {}): CallView {
  return {
    id,
    call_id: `call-${id}`,
    from_tag: 'from',
    media: '0',
    created_at: '2026-01-01T00:00:00.000Z',
    duration_s: 11,
    complete: true,
    ttl_s: 60,
    fork_target: false,
    caller: LEG,
    callee: LEG,
    ...changes,
  };
}

/** The same with changes of one leg. */
export function legView(changes: Partial<LegView>): LegView {
  return { ...LEG, ...changes };
}

/** Calls that a test makes up. */
export class FakeCalls implements CallSource {
  readonly known = new Map<string, CallView>();
  readonly listeners = new Set<CallListener>();
  /** What `list` was asked for last. */
  asked: { readonly filter: CallFilter; readonly limit: number; readonly cursor: string | undefined } | undefined;
  /** `list` waits for it. */
  pause: Promise<void> | undefined;

  constructor(count = 0) {
    for (let number = 1; number <= count; number++) this.known.set(String(number), callView(String(number)));
  }

  totals(): TotalsView {
    return {
      version: '0.0.0',
      started_at: '2026-01-01T00:00:00.000Z',
      draining: false,
      calls: this.known.size,
      calls_created: this.known.size,
      packets_per_second: 0,
      workers: [{ packets_per_second: 0, load: 0 }],
      event_loop_lag_ms: 0,
    };
  }

  async list(filter: CallFilter, limit: number, cursor?: string): Promise<CallPage> {
    this.asked = { filter, limit, cursor };
    await this.pause;
    const start = Number(cursor ?? 0);
    if (!Number.isInteger(start)) throw new RangeError(cursor);
    const all = [...this.known.values()];
    const end = start + limit;
    return { calls: all.slice(start, end), next: end < all.length ? String(end) : undefined };
  }

  async find(id: string): Promise<CallDetail | undefined> {
    const call = this.known.get(id) ?? [...this.known.values()].find((other) => other.call_id === id);
    return call && { call, slices: [], findings: [] };
  }

  subscribe(listener: CallListener): () => void {
    this.listeners.add(listener);
    for (const call of this.known.values()) listener.call(call);
    listener.pause();
    listener.ready();
    return () => this.listeners.delete(listener);
  }

  /** New calls, or calls that have changed. */
  change(...calls: readonly CallView[]): void {
    for (const call of calls) this.known.set(call.id, call);
    for (const listener of this.listeners) {
      for (const call of calls) listener.call(call);
      listener.pause();
    }
  }

  end(...ids: readonly string[]): void {
    for (const id of ids) this.known.delete(id);
    for (const listener of this.listeners) listener.ended(ids);
  }
}
