import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filterOf } from '../../../src/page/filter.ts';
import { callView, legView } from '../../helpers/fake-calls.ts';

const CALL = callView('1', {
  call_id: 'AbC-77@example.net',
  from_tag: 'as1f',
  caller: legView({ remote_address: '198.51.100.9:4000', codec: 'G729', mos_lq: 3.2, recording: true }),
  callee: legView({ ignored_address: '203.0.113.8:9', ignored_packets: 12, mos_lq: null }),
});

function fits(text: string): boolean {
  return filterOf(text)(CALL, 0);
}

test('words stand anywhere in a call, in any case, and all of them have to', () => {
  for (const text of [
    '',
    '  ',
    'abc-77',
    'AS1F',
    '198.51.100.9:4000',
    '203.0.113.8',
    'g729',
    'rec',
    'fair',
    'latched',
  ]) {
    assert.ok(fits(text), text);
  }
  assert.ok(fits('abc g729'));
  assert.ok(!fits('abc gsm'));
});

test('comparisons hold for either leg; what is not known fits none', () => {
  for (const text of ['mos<3.6', 'mos>3', 'ignored>11', 'rate>49', 'mos<3.6 ignored>0']) assert.ok(fits(text), text);
  for (const text of ['mos<3', 'mos>3.2', 'ignored>12', 'loss>0', 'jitter>30']) assert.ok(!fits(text), text);
});

test('what only looks like a comparison is a word', () => {
  for (const text of ['mos<', 'moss<3', 'mos<3.6x', 'constructor<3', '<script>']) assert.ok(!fits(text), text);
});
