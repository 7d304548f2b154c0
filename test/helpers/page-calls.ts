import { explain } from '../../src/calls/explain.ts';
import type { CallDetail, CallView, LegView, Slice, SliceLeg, TotalsView } from '../../src/calls/view.ts';
import { callView, FakeCalls, legView } from './fake-calls.ts';

const SLICES = 60;
const SLICE_MS = 5000;

/** What is special about a call; the rest is a call in good health. */
interface Story {
  readonly call?: Partial<CallView>;
  readonly caller?: Partial<LegView>;
  readonly callee?: Partial<LegView>;
}

const SILENT: Partial<LegView> = {
  packets_per_second: 0,
  received_packets: 0,
  relayed_packets: 0,
  expected_packets: 0,
  payload_type: null,
  codec: null,
  first_packet_at: null,
  last_packet_at: null,
  since_last_packet_s: null,
  jitter_ms: null,
  jitter_max_ms: null,
  loss_percent: null,
  mos_lq: null,
  mos_lq_min: null,
  latch_state: 'waiting',
  remote_origin: 'signalled',
};
const BAD_LINE: Partial<LegView> = {
  loss_percent: 6.3,
  lost_packets: 742,
  loss_events: 211,
  late_packets: 96,
  jitter_ms: 41.8,
  jitter_max_ms: 118.2,
  mos_lq: 2.94,
  mos_lq_min: 1.87,
  longest_gap_ms: 412,
};
const WEAK_LINE: Partial<LegView> = {
  loss_percent: 1.8,
  lost_packets: 164,
  loss_events: 120,
  jitter_ms: 22.4,
  jitter_max_ms: 61.9,
  mos_lq: 3.52,
  mos_lq_min: 3.1,
};
const G729: Partial<LegView> = { payload_type: 18, codec: 'G729', mos_lq: 4.1, mos_lq_min: 4.06 };
const PCMA: Partial<LegView> = { payload_type: 8, codec: 'PCMA' };
const G722: Partial<LegView> = { payload_type: 9, codec: 'G722', mos_lq: 4.06, mos_lq_min: 4.01 };

/** Calls as an operator sees them. Each is one row in so many. */
const STORIES: readonly Story[] = [
  { caller: PCMA, callee: PCMA },
  {},
  { caller: { recording: true }, callee: { recording: true } },
  { caller: BAD_LINE },
  { caller: { ...G729, jitter_ms: 4.2 }, callee: G729 },
  { callee: SILENT },
  { caller: PCMA, callee: { ...PCMA, remote_origin: 'relearned' } },
  {
    caller: { ...PCMA, ignored_packets: 318, ignored_address: '203.0.113.99:6000', ignored_reason: 'not the party' },
    callee: PCMA,
  },
  {},
  { callee: { ...WEAK_LINE, ...G729, mos_lq: 3.44 }, caller: G729 },
  { caller: { ...G722, remote_address: '[2001:db8:20a:3c::8a2e:370]:16804' }, callee: G722 },
  {
    call: { complete: false, duration_s: 7 },
    caller: { ...SILENT },
    callee: { ...SILENT, remote_address: null, signalled_address: null },
  },
  {},
  { caller: { on_hold: true, ...SILENT }, callee: { playing: true } },
  { caller: PCMA, callee: { ...PCMA, round_trip_ms: 183.5, far_loss_percent: 0.4, far_jitter_ms: 6.1, mos_cq: 4.21 } },
];

/** Calls that go on: each second their counters grow and their rates and jitter waver. */
export class PageCalls extends FakeCalls {
  readonly #count: number;
  readonly #busy: number;
  #second = 0;
  #timer: NodeJS.Timeout | undefined;

  /** `busy`: how many of them change each second. */
  constructor(count: number, busy = count) {
    super();
    this.#count = count;
    this.#busy = busy;
    for (let number = 0; number < count; number++) this.known.set(String(number), storyCall(number));
  }

  start(): void {
    this.#timer = setInterval(() => this.#tick(), 1000);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  override totals(): TotalsView {
    const calls = [...this.known.values()];
    const packets = calls.reduce((sum, call) => sum + rate(call.caller) + rate(call.callee), 0);
    const workers = [0.34, 0.31, 0.36].map((load) => ({
      load: load + noise(this.#second) / 50,
      packets_per_second: Math.round(packets / 3),
    }));
    return {
      ...super.totals(),
      version: '0.1.0',
      started_at: new Date(Date.now() - 1_234_567_000).toISOString(),
      calls_created: 48_213 + this.#count,
      packets_per_second: packets,
      workers,
      event_loop_lag_ms: 1.2 + noise(this.#second) / 10,
    };
  }

  override async find(id: string): Promise<CallDetail | undefined> {
    const call = this.known.get(id);
    return call && { call, slices: slicesOf(call), findings: explain(call) };
  }

  #tick(): void {
    this.#second += 1;
    const changed = [...this.known.values()]
      .slice(0, this.#busy)
      .map((call, index) => grown(call, this.#second + index));
    for (let first = 0; first < changed.length; first += 200) this.change(...changed.slice(first, first + 200));
  }
}

function storyCall(number: number): CallView {
  const story = STORIES[number % STORIES.length] ?? {};
  const age = 11 + ((number * 37) % 900);
  const name = (((number + 11) * 2_654_435_761) % 0xffffffff).toString(16).padStart(8, '0');
  const since = new Date(Date.now() - age * 1000).toISOString();
  return callView(String(number), {
    call_id: `${name}-${(number * 7919 + 4096).toString(16)}@198.51.100.${20 + (number % 40)}`,
    from_tag: `as${(number * 40_503 + 77_777_777).toString(16)}`,
    created_at: since,
    duration_s: age,
    ttl_s: 57 + (number % 4),
    ...story.call,
    caller: storyLeg(`198.51.100.${20 + (number % 40)}:${16_384 + number * 2}`, 35_000 + number * 4, age, story.caller),
    callee: storyLeg(`203.0.113.${10 + (number % 9)}:${40_000 + number * 2}`, 35_002 + number * 4, age, story.callee),
  });
}

function storyLeg(address: string, port: number, age: number, changes: Partial<LegView> = {}): LegView {
  const packets = Math.round(age * 50);
  const begin = new Date(Date.now() - age * 1000).toISOString();
  return legView({
    local_address: `192.0.2.1:${port}`,
    remote_address: address,
    signalled_address: address,
    remote_since_at: begin,
    received_packets: packets,
    relayed_packets: packets,
    expected_packets: packets,
    first_packet_at: begin,
    last_packet_at: new Date().toISOString(),
    jitter_ms: 0.4 + (port % 7) / 4,
    jitter_max_ms: 2 + (port % 11) / 3,
    ...changes,
    ...(changes.lost_packets !== undefined && worseOrBetter(changes, 1 + noise(port) / 5)),
  });
}

/** No two lines are equally bad. */
function worseOrBetter(
  { loss_percent, lost_packets = 0, mos_lq, jitter_ms }: Partial<LegView>,
  factor: number,
): Partial<LegView> {
  return {
    loss_percent: (loss_percent ?? 0) * factor,
    lost_packets: Math.round(lost_packets * factor),
    jitter_ms: (jitter_ms ?? 0) * factor,
    mos_lq: (mos_lq ?? 4.4) - (factor - 1) * 1.2,
  };
}

function grown(call: CallView, seed: number): CallView {
  return {
    ...call,
    duration_s: call.duration_s + 1,
    caller: grownLeg(call.caller, seed),
    callee: grownLeg(call.callee, seed + 1),
  };
}

function grownLeg(leg: LegView, seed: number): LegView {
  if (leg.first_packet_at === null) return leg;
  const packets = 50 + Math.round(noise(seed));
  return {
    ...leg,
    received_packets: leg.received_packets + packets,
    relayed_packets: leg.relayed_packets + packets,
    expected_packets: leg.expected_packets + packets,
    packets_per_second: packets,
    last_packet_at: new Date().toISOString(),
    jitter_ms: Math.max(0.1, (leg.jitter_ms ?? 1) + noise(seed + 7) / 10),
  };
}

/** The last five minutes of a call, as its figures of now suggest. */
function slicesOf(call: CallView): Slice[] {
  const count = Math.min(SLICES, Math.floor(call.duration_s / 5));
  const now = Math.floor(Date.now() / SLICE_MS) * SLICE_MS;
  return Array.from({ length: count }, (_, index) => ({
    at: new Date(now - (count - 1 - index) * SLICE_MS).toISOString(),
    caller: sliceLeg(call.caller, now / SLICE_MS - count + index),
    callee: sliceLeg(call.callee, now / SLICE_MS - count + index + 1000),
  }));
}

function sliceLeg(leg: LegView, seed: number): SliceLeg {
  if (leg.first_packet_at === null)
    return { packets: 0, lost_packets: 0, late_packets: 0, jitter_ms: null, mos_lq: null };
  const share = ((leg.loss_percent ?? 0) / 100) * (1 + noise(seed) * 0.6);
  const lost = Math.max(0, Math.round(250 * share));
  const mos = (leg.mos_lq ?? 4.4) - lost / 60 + (lost === 0 ? 0 : noise(seed) / 12);
  return {
    packets: 250 - lost,
    lost_packets: lost,
    late_packets: 0,
    jitter_ms: leg.jitter_ms,
    mos_lq: Math.min(4.41, Math.max(1, mos)),
  };
}

function rate(leg: LegView): number {
  return leg.packets_per_second ?? 0;
}

/** -1.5 to 1.5, the same for the same seed. */
function noise(seed: number): number {
  const value = Math.sin(seed * 12.9898) * 43_758.5453;
  return (value - Math.floor(value)) * 3 - 1.5;
}
