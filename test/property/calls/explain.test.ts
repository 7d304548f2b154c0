import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { explain } from '../../../src/calls/explain.ts';
import { ADDRESS_ORIGINS, type CallView, type Finding, LATCH_STATES, type LegView } from '../../../src/calls/view.ts';
import { at, CREATED_AT, callView, legView, SILENT } from '../../helpers/call-views.ts';

const RUNS = { numRuns: 2000 };

const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { nil: null });
const count = fc.oneof(fc.constant(0), fc.nat(), fc.maxSafeNat());
const port = fc.integer({ min: 1, max: 65535 });
const publicHost = fc
  .tuple(fc.integer({ min: 11, max: 99 }), fc.nat(255), fc.nat(255), fc.nat(255))
  .map((ip) => ip.join('.'));
const host = fc.oneof(
  publicHost,
  fc.ipV4(),
  fc.ipV6().map((ip) => `[${ip}]`),
  fc.constantFrom('0.0.0.0', '10.0.0.5', '[::]', '127.0.0.1'),
);
const address = fc.oneof(
  fc.tuple(host, port).map(([ip, number]) => `${ip}:${number}`),
  fc.string(),
);
const time = fc.oneof(fc.integer({ min: -10, max: 100_000 }).map(at), fc.string());
const ratio = fc.double({ min: 0, max: 100, noNaN: true });

/** Every figure by itself, whether or not they fit together. */
const anyLeg: fc.Arbitrary<LegView> = fc
  .record({
    local_address: maybe(address),
    advertised_host: maybe(fc.oneof(host, fc.string())),
    remote_address: maybe(address),
    remote_since_at: maybe(time),
    remote_origin: fc.constantFrom(...ADDRESS_ORIGINS),
    signalled_address: maybe(address),
    on_hold: fc.boolean(),
    asymmetric: fc.boolean(),
    latch_state: fc.constantFrom(...LATCH_STATES),
    ignored_address: maybe(address),
    ignored_reason: maybe(fc.string()),
    ignored_packets: count,
    payload_type: maybe(fc.nat(127)),
    codec: maybe(fc.string()),
    other_payload_packets: count,
    offered_payload_types: maybe(fc.array(fc.nat(127))),
    received_packets: count,
    relayed_packets: count,
    dropped_packets: count,
    first_packet_at: maybe(time),
    last_packet_at: maybe(time),
    since_last_packet_s: maybe(count),
    expected_packets: count,
    late_packets: count,
    loss_percent: maybe(ratio),
    far_loss_percent: maybe(ratio),
    send_errors: count,
    send_error: maybe(fc.string()),
    unreachable_reports: count,
    unreachable_recent: count,
    unreachable_error: maybe(fc.string()),
    denied_reason: maybe(fc.string()),
    looped: fc.boolean(),
    playing: fc.boolean(),
  })
  .map((changes) => legView('192.0.2.10:4000', changes));

const anyCall: fc.Arbitrary<CallView> = fc
  .record({
    created_at: time,
    duration_s: fc.double({ min: 0, max: 1e6, noNaN: true }),
    complete: fc.boolean(),
    ttl_s: count,
    fork_target: fc.boolean(),
    caller: anyLeg,
    callee: anyLeg,
  })
  .map((changes) => callView(changes));

/** A party that has talked since then, from where signalling says or from elsewhere, past a few strangers. */
function talking(duration: number): fc.Arbitrary<Partial<LegView>> {
  return fc
    .record({
      signalled: fc.tuple(fc.oneof(publicHost, fc.constant('192.168.1.7')), port),
      from: fc.option(fc.tuple(publicHost, port), { nil: undefined }),
      asymmetric: fc.boolean(),
      received: fc.integer({ min: 1, max: 50 * (duration + 1) }),
      silence: fc.double({ min: 0, max: 4, noNaN: true }),
      loss: fc.double({ min: 0, max: 2.9, noNaN: true }),
      strangers: fc.nat(9),
      listed: maybe(fc.constant([0, 8, 101])),
      refused: fc.nat(4),
    })
    .map(({ signalled, from, received, silence, loss, strangers, listed, refused, asymmetric }) => ({
      signalled_address: signalled.join(':'),
      remote_address: (from ?? signalled).join(':'),
      remote_origin: from === undefined ? 'signalled' : 'learned',
      asymmetric,
      received_packets: received,
      relayed_packets: received,
      expected_packets: received,
      since_last_packet_s: silence,
      loss_percent: loss,
      far_loss_percent: loss,
      ignored_packets: strangers,
      ignored_address: strangers === 0 ? null : '198.51.100.9:4000',
      offered_payload_types: listed,
      send_errors: refused,
      send_error: refused === 0 ? null : 'ECONNREFUSED',
    }));
}

/** Two parties that talk; on hold, or resumed; or a call that rings. */
const healthyCall: fc.Arbitrary<CallView> = fc.integer({ min: 0, max: 100_000 }).chain((duration) =>
  fc
    .record({
      caller: talking(duration),
      callee: talking(duration),
      state: fc.constantFrom('talking', 'held', 'held from the start', 'rings', 'begins'),
      silence: fc.integer({ min: 0, max: 45 }),
    })
    .filter(({ caller, callee }) => caller.remote_address !== callee.remote_address)
    .map(({ caller, callee, state, silence }) => {
      const call = { created_at: CREATED_AT, duration_s: duration, ttl_s: 60, caller, callee };
      const quiet = { since_last_packet_s: silence };
      if (state === 'held') {
        const held = { ...caller, ...quiet, on_hold: true };
        return callView({ ...call, ttl_s: 60 - silence, caller: held, callee: { ...callee, ...quiet } });
      }
      const silent = (leg: Partial<LegView>) => ({
        ...leg,
        ...SILENT,
        ignored_packets: 0,
        remote_since_at: at(duration - 3),
      });
      if (state === 'held from the start') {
        const held = { ...silent(caller), remote_address: null, signalled_address: null, on_hold: true };
        return callView({ ...call, caller: held, callee: silent(callee) });
      }
      if (state === 'talking') return callView(call);
      const young = { ...call, duration_s: Math.min(duration, state === 'rings' ? 45 : 3), ttl_s: 15 };
      return callView({ ...young, complete: state !== 'rings', caller: silent(caller), callee: silent(callee) });
    }),
);

test('whatever the figures are, every rule gives findings of one form', () => {
  fc.assert(
    fc.property(anyCall, (call) => {
      for (const { rule, severity, text, evidence, advice } of explain(call)) {
        assert.match(rule, /^[a-z]+(-[a-z]+)*$/);
        assert.ok(text.endsWith('.') && !/undefined|NaN|\[object/.test(text), text);
        assert.equal(advice === null, severity === 'info');
        const odd = Object.values(evidence).filter((value) => value !== null && typeof value === 'object');
        assert.deepEqual(odd, []);
      }
      assert.deepEqual(explain(call), explain(call));
    }),
    RUNS,
  );
});

test('no problem is found in a healthy call', () => {
  fc.assert(
    fc.property(healthyCall, (call) => {
      const problems: Finding[] = explain(call).filter(({ severity }) => severity === 'problem');
      assert.deepEqual(problems, []);
    }),
    RUNS,
  );
});
