import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { test } from 'node:test';
import { callView } from '../../../src/calls/call-view.ts';
import { CallHistory } from '../../../src/calls/history.ts';
import type { CallView } from '../../../src/calls/view.ts';
import type { Session } from '../../../src/session/session.ts';
import { localAddress } from '../protocol/address-book.ts';
import { channel } from '../session/stats.ts';
import { testSession } from '../session/test-session.ts';
import { callFigures, type LegChanges } from './fake-call-engine.ts';

const NOW = performance.now();
const UNIX = Date.now() / 1000;

function view(session: Session, caller: LegChanges = {}, callee: LegChanges = {}): CallView {
  const figures = callFigures(caller, callee, 42);
  const history = new CallHistory(session, 1, NOW - 1000);
  history.look(figures, NOW);
  return callView(history, figures, NOW, 1000 * UNIX);
}

function address(port: number) {
  return { family: 4, port, ip0: 0x7f000001, ip1: 0, ip2: 0, ip3: 0 };
}

test('a new call has no figure that stands for nothing', () => {
  const { caller, callee, ...call } = view(testSession('c@x', 'a;2', { createdAt: NOW - 2000 }));
  const { id, created_at, ...rest } = call;
  assert.match(id, /^\d+$/);
  assert.ok(Math.abs(Date.parse(created_at) / 1000 - UNIX) < 5);
  assert.deepEqual(rest, {
    ...{ call_id: 'c@x', from_tag: 'a;2', media: '2', duration_s: 2, complete: false, ttl_s: 42, fork_target: false },
  });
  assert.deepEqual(caller, callee);
  const known = Object.fromEntries(Object.entries(caller).filter(([, value]) => value !== null && value !== 0));
  assert.deepEqual(known, {
    ...{ remote_origin: 'none', on_hold: false, asymmetric: false, latch_state: 'waiting', looped: false },
    ...{ recording: false, copying: false, playing: false },
  });
});

test('signalling, ports and what is done with packets are shown for the leg of each party', () => {
  const session = testSession('c', 'a');
  const [callee, caller] = session.legs;
  callee.port = 35000;
  callee.peer = { kind: 'hold' };
  caller.port = 35002;
  caller.local = localAddress('::1', { advertised: 'relay.example.com' });
  caller.peer = { kind: 'address', host: '2001:db8::1', family: 6, port: 4000 };
  caller.asymmetric = true;
  caller.codecs = `0,8,101,128,${'9'.repeat(400)},`;
  caller.ptime = 30;
  const call = view(session, { recording: 1, looped: 1 }, { copying: 1, playing: 1 });
  assert.equal(call.caller.local_address, '[::1]:35002');
  assert.equal(call.caller.advertised_host, 'relay.example.com');
  assert.equal(call.caller.signalled_address, '[2001:db8::1]:4000');
  assert.deepEqual([call.caller.on_hold, call.caller.asymmetric], [false, true]);
  assert.deepEqual(call.caller.offered_payload_types, [0, 8, 101]);
  assert.deepEqual([call.caller.resized_to_ms, call.caller.recording, call.caller.looped], [30, true, true]);
  assert.equal(call.callee.local_address, '127.0.0.1:35000');
  assert.deepEqual([call.callee.on_hold, call.callee.signalled_address], [true, null]);
  assert.deepEqual([call.callee.copying, call.callee.playing, call.callee.offered_payload_types], [true, true, null]);
});

test('figures of a stream come in the units of their keys', () => {
  const { caller } = view(testSession('c', 'a'), {
    rtp: channel({ received: 970, relayed: 960, dropped: 4, ignored: 6, refused: 2 }),
    rtcp: channel({ received: 3, refused: 1 }),
    ...{ firstIn: UNIX - 20, lastIn: UNIX - 1.54, longestIpi: 0.0604, sent: 1000, received: 970 },
    ...{ lossEvents: 30, late: 5, reordered: 2, duplicates: 1, parseErrors: 7, payloadBytes: 155_200 },
    ...{ jitterLast: 24, jitterMax: 160, ssrc: 0xabc, ssrcChanges: 1, payloadType: 8, otherPayload: 9 },
    ...{ media: address(4000), ignored: address(5000), addressOrigin: 2, addressSince: UNIX - 19, latchState: 3 },
    ...{ ignoreReason: 1, sendError: 111, denial: 3 },
    unreached: { messages: 7, recent: 2, error: 113, at: UNIX - 2 },
  });
  assert.deepEqual([caller.received_packets, caller.relayed_packets, caller.dropped_packets], [970, 960, 4]);
  assert.equal(caller.packets_per_second, 970);
  assert.equal(caller.payload_bytes, 155_200);
  assert.deepEqual([caller.rtcp_received_packets, caller.send_errors, caller.send_error], [3, 3, 'ECONNREFUSED']);
  assert.deepEqual([caller.unreachable_reports, caller.unreachable_recent], [7, 2]);
  assert.equal(caller.unreachable_error, 'EHOSTUNREACH');
  assert.equal(caller.unreachable_at, new Date(1000 * (UNIX - 2)).toISOString());
  assert.deepEqual([caller.since_last_packet_s, caller.longest_gap_ms], [1.5, 60]);
  assert.deepEqual([caller.lost_packets, caller.loss_percent, caller.loss_events], [30, 3, 30]);
  assert.deepEqual([caller.late_packets, caller.reordered_packets], [5, 2]);
  assert.deepEqual([caller.jitter_ms, caller.jitter_max_ms, caller.codec, caller.payload_type], [3, 20, 'PCMA', 8]);
  assert.deepEqual([caller.ssrc, caller.ssrc_changes, caller.other_payload_packets], ['0x00000ABC', 1, 9]);
  assert.deepEqual(
    [caller.remote_address, caller.remote_origin, caller.latch_state],
    ['127.0.0.1:4000', 'learned', 'latched'],
  );
  assert.deepEqual(
    [caller.ignored_address, caller.ignored_reason, caller.ignored_packets],
    ['127.0.0.1:5000', 'another source is sending', 6],
  );
  assert.equal(caller.denied_reason, 'the configuration denies it');
  assert.ok(Math.abs((caller.mos_lq ?? 0) - 4.08) < 0.02, String(caller.mos_lq));
  assert.equal(caller.mos_cq, null);
});

test('jitter of a payload type without a clock rate is unknown, and so is its quality', () => {
  const { caller } = view(testSession('c', 'a'), { sent: 500, received: 500, jitterLast: 80, payloadType: 96 });
  assert.deepEqual([caller.jitter_ms, caller.mos_lq, caller.codec, caller.payload_type], [null, null, null, 96]);
});

test('RTCP tells of the far end and, with both parties, of the whole way', () => {
  const heard: LegChanges = { sent: 500, received: 500, payloadType: 0 };
  const one = view(testSession('c', 'a'), { ...heard, farLoss: 0.05, farJitter: 40, roundTrip: 0.2 }, heard);
  assert.deepEqual([one.caller.far_loss_percent, one.caller.far_jitter_ms], [5, 5]);
  assert.deepEqual([one.caller.round_trip_ms, one.caller.mos_cq], [null, null]);
  const both = view(testSession('c', 'a'), { ...heard, roundTrip: 0.2 }, { ...heard, roundTrip: 0.3 });
  assert.deepEqual([both.caller.round_trip_ms, both.callee.round_trip_ms], [500, 500]);
  assert.ok((both.caller.mos_cq ?? 5) < (both.caller.mos_lq ?? 0) - 0.2);
});
