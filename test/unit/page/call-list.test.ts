import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CallList } from '../../../src/page/call-list.ts';
import { FIRST_ORDER } from '../../../src/page/order.ts';
import { callView } from '../../helpers/fake-calls.ts';

function ids(list: CallList, filter = ''): string[] {
  return list.select(filter, FIRST_ORDER, 0).map(({ call }) => call.id);
}

test('calls come, change and go', () => {
  const list = new CallList();
  list.put([callView('1'), callView('2')], 10);
  list.put([callView('1', { call_id: 'changed' })], 20);
  assert.deepEqual(ids(list), ['1', '2']);
  assert.deepEqual(ids(list, 'changed'), ['1']);
  list.remove(['1', '9']);
  assert.deepEqual(ids(list), ['2']);
  assert.equal(list.size, 1);
});

test('what a new stream does not tell is kept until it has told all, then it is gone', () => {
  const list = new CallList();
  list.put([callView('1'), callView('2')], 0);
  list.begin();
  assert.deepEqual(ids(list), ['1', '2']);
  list.put([callView('2'), callView('3')], 0);
  list.ready();
  assert.deepEqual(ids(list), ['2', '3']);
  // Later ones are told one by one.
  list.put([callView('4')], 0);
  list.ready();
  assert.deepEqual(ids(list), ['2', '3', '4']);
});
