import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallView, LegView } from '../../../src/calls/view.ts';
import { healthOf, jitterLevel, lossLevel, mosLevel } from '../../../src/page/health.ts';
import { callView, legView } from '../../helpers/fake-calls.ts';

const NEVER: Partial<LegView> = { first_packet_at: null, last_packet_at: null, since_last_packet_s: null };

function health(changes: Partial<CallView>): string {
  const { level, word } = healthOf(callView('1', changes), 0);
  return `${level} ${word}`;
}

test('figures have levels; what is not known has none', () => {
  assert.deepEqual([null, 4.4, 3.6, 3.5, 3.09].map(mosLevel), ['idle', 'good', 'good', 'fair', 'bad']);
  assert.deepEqual([null, 0.9, 1, 3].map(lossLevel), ['idle', 'good', 'fair', 'bad']);
  assert.deepEqual([null, 29.9, 30, 60].map(jitterLevel), ['idle', 'good', 'fair', 'bad']);
});

test('a call has the worst word that fits', () => {
  assert.equal(health({}), 'good Good');
  assert.equal(health({ complete: false }), 'idle Setup');
  assert.equal(health({ fork_target: true }), 'idle Fork');
  assert.equal(health({ callee: legView({ looped: true }) }), 'bad Loop');
  assert.equal(health({ caller: legView({ mos_lq: 3.5 }) }), 'fair Fair');
  assert.equal(health({ callee: legView({ loss_percent: 7 }) }), 'bad Poor');
  assert.equal(health({ callee: legView({ latch_state: 'contested' }) }), 'fair Contested');
});

test('a call without media is new, on hold, one-way or silent', () => {
  const silent = legView(NEVER);
  assert.equal(health({ duration_s: 3, caller: silent, callee: silent }), 'idle Starting');
  assert.equal(health({ duration_s: 9, caller: silent, callee: silent }), 'bad No media');
  // Answered after it has rung for long: the callee's address came with the answer.
  const answered = legView({ ...NEVER, remote_origin: 'signalled', remote_since_at: '2026-01-01T00:00:57.000Z' });
  assert.equal(health({ duration_s: 60, caller: silent, callee: answered }), 'idle Starting');
  assert.equal(health({ duration_s: 63, caller: silent, callee: answered }), 'bad No media');
  assert.equal(health({ callee: legView({ since_last_packet_s: 11 }) }), 'bad One-way');
  assert.equal(health({ callee: legView({ since_last_packet_s: 11, other_payload_packets: 3 }) }), 'good Good');
  assert.equal(health({ callee: legView({ ...NEVER, on_hold: true }) }), 'idle On hold');
  assert.equal(health({ caller: legView({ playing: true }), callee: silent }), 'idle Prompt');
});

test('a call in which nothing happens any more is judged by the time since it was told', () => {
  const silent = legView({ ...NEVER, remote_origin: 'signalled', remote_since_at: '2026-01-01T00:00:09.000Z' });
  const call = callView('1', { caller: silent, callee: silent });
  assert.deepEqual(
    [0, 2.9, 3].map((elapsed) => healthOf(call, elapsed).word),
    ['Starting', 'Starting', 'No media'],
  );
  assert.equal(healthOf(callView('1'), 10.1).word, 'No media');
});
