import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RANKINGS, ranked } from '../../../src/ctl/ranking.ts';
import { callView, legView } from '../../helpers/fake-calls.ts';

const CALLS = [
  callView('unknown', {
    caller: legView({ loss_percent: null, mos_lq: null, packets_per_second: null }),
    callee: legView({ loss_percent: null, mos_lq: null, packets_per_second: null }),
  }),
  callView('good'),
  callView('lossy', { callee: legView({ loss_percent: 9 }) }),
  callView('poor', { caller: legView({ mos_lq: 2 }) }),
  callView('strangers', { caller: legView({ ignored_packets: 3 }), callee: legView({ ignored_packets: 4 }) }),
  callView('busy', { caller: legView({ packets_per_second: 100 }) }),
];

test('the worst call stands first', () => {
  const first = RANKINGS.map((name) => [name, ranked(CALLS, name)[0]?.id]);
  assert.deepEqual(Object.fromEntries(first), { loss: 'lossy', mos: 'poor', ignored: 'strangers', packets: 'busy' });
});

test('a call without that figure stands behind the others', () => {
  for (const name of ['loss', 'mos', 'packets'] as const) assert.equal(ranked(CALLS, name).at(-1)?.id, 'unknown', name);
});

test('each ranking has a letter of its own', () => {
  assert.equal(new Set(RANKINGS.map(([letter]) => letter)).size, RANKINGS.length);
});
