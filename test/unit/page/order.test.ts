import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallView } from '../../../src/calls/view.ts';
import { COLUMNS } from '../../../src/page/columns.ts';
import { FIRST_ORDER, type Order, orderBy, sorted } from '../../../src/page/order.ts';
import { callView, legView } from '../../helpers/fake-calls.ts';

function ids(calls: readonly CallView[], order: Order): string {
  const entries = calls.map((call) => ({ call, toldAt: 0 }));
  return sorted(entries, order, 0)
    .map(({ call }) => call.id)
    .join(' ');
}

const BY_LOSS = [0.5, null, 7, 0].map((loss_percent, index) =>
  callView(String(index), { caller: legView({ loss_percent }), callee: legView({ loss_percent: null }) }),
);

test('unknown figures come last either way', () => {
  assert.equal(ids(BY_LOSS, { key: 'loss', descending: true }), '2 0 3 1');
  assert.equal(ids(BY_LOSS, { key: 'loss', descending: false }), '3 0 2 1');
});

test('the worse leg counts', () => {
  const calls = [
    callView('a', { caller: legView({ mos_lq: 4.1 }), callee: legView({ mos_lq: 2.2 }) }),
    callView('b', { caller: legView({ mos_lq: 3.1 }), callee: legView({ mos_lq: 3.2 }) }),
  ];
  assert.equal(ids(calls, { key: 'mos', descending: false }), 'a b');
});

test('new calls are on top at first, and equal ones keep their order', () => {
  const calls = ['2026-01-01T00:00:00.000Z', '2026-01-01T00:00:09.000Z', '2026-01-01T00:00:05.000Z'];
  const views = calls.map((created_at, index) => callView(String(index), { created_at }));
  assert.equal(ids(views, FIRST_ORDER), '1 2 0');
  assert.equal(ids(views, { key: 'codec', descending: true }), '1 2 0');
  assert.equal(ids(views, { key: 'nothing', descending: true }), '0 1 2');
});

test('a column sorts its own way first, then the other', () => {
  const once = orderBy('loss', FIRST_ORDER);
  assert.deepEqual(once, { key: 'loss', descending: true });
  assert.deepEqual(orderBy('loss', once), { key: 'loss', descending: false });
  assert.deepEqual(orderBy('mos', once), { key: 'mos', descending: false });
});

test('every column has a value of a call that knows everything, and its own key', () => {
  for (const { key, value } of COLUMNS) assert.notEqual(value(callView('1'), 0), null, key);
  assert.equal(new Set(COLUMNS.map(({ key }) => key)).size, COLUMNS.length);
});
