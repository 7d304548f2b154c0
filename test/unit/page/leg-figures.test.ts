import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LegView } from '../../../src/calls/view.ts';
import { FIGURE_GROUPS } from '../../../src/page/leg-figures.ts';
import { legView } from '../../helpers/fake-calls.ts';

const FIGURES = FIGURE_GROUPS.flatMap(({ figures }) => figures);

function text(name: string, changes: Partial<LegView>): string | undefined {
  return FIGURES.find((figure) => figure.name === name)?.text(legView(changes));
}

test('each figure has a name of its own and says something of a leg that knows nothing', () => {
  assert.equal(new Set(FIGURES.map(({ name }) => name)).size, FIGURES.length);
  const unknown = Object.fromEntries(
    Object.entries(legView({})).map(([key, value]) => [key, typeof value === 'number' ? 0 : null]),
  );
  const leg = legView({ ...unknown, remote_origin: 'none', latch_state: 'waiting' });
  for (const figure of FIGURES) assert.doesNotMatch(figure.text(leg), /null|NaN|undefined|^$/, figure.name);
});

test('figures are told in words with units', () => {
  assert.equal(
    text('Loss', { loss_percent: 6.34, lost_packets: 1742, loss_events: 211 }),
    '6.3 %: 1,742 packets, 211 times',
  );
  assert.equal(text('Loss', { loss_percent: 0, lost_packets: 0 }), '0 %');
  assert.equal(text('MOS', { mos_lq: 4.1, mos_lq_min: 3.25 }), '4.10, worst 5 s 3.25');
  assert.equal(
    text('Codec', { codec: null, payload_type: 101, other_payload_packets: 3 }),
    'PT 101, 3 packets of others',
  );
  assert.equal(text('Own port', { advertised_host: '203.0.113.5' }), '192.0.2.1:35000, told as 203.0.113.5');
  assert.equal(text('Send errors', { send_errors: 4, send_error: 'ECONNREFUSED' }), '4, last ECONNREFUSED');
  assert.equal(text('SSRC', { ssrc_changes: 1 }), '0x12345678');
  assert.equal(text('SSRC', { ssrc_changes: 3 }), '0x12345678, changed 2 times');
  const ignored = { ignored_packets: 318, ignored_address: '203.0.113.9:6', ignored_reason: 'stranger' };
  assert.equal(text('Ignored', ignored), '318 packets, last from 203.0.113.9:6 (stranger)');
});
