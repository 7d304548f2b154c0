import assert from 'node:assert/strict';
import { test } from 'node:test';
import { columns, cut, duration, figure, jsonText, shown, table } from '../../../src/ctl/text.ts';

test('a text of a party is shown on one line, and nothing as a dash', () => {
  assert.equal(shown('a\x1b[2J\n'), 'a\\x1b[2J\\n');
  for (const nothing of ['', null, undefined]) assert.equal(shown(nothing), '-');
  assert.deepEqual([shown(0), shown(false)], ['0', 'false']);
});

test('a character of UTF-8 is one column, and is not cut in two', () => {
  const text = Buffer.from('\u00e4\u20acbcdef').toString('latin1');
  assert.equal(columns(text), 7);
  assert.equal(cut(text, 7), text);
  assert.equal(cut(text, 5), `${Buffer.from('\u00e4\u20ac').toString('latin1')}...`);
});

test('a table is as wide as its cells', () => {
  assert.deepEqual(
    table(
      [
        ['A', 'N'],
        ['bb', '1'],
        ['c', '22'],
      ],
      [1],
    ),
    ['A    N', 'bb   1', 'c   22'],
  );
  assert.deepEqual(table([], []), []);
});

test('JSON is ASCII', () => {
  const value = { text: '\x9b\u20ac\x7f\ud83d\ude00' };
  assert.match(jsonText(value), /^[\x20-\x7e]+\n$/);
  assert.deepEqual(JSON.parse(jsonText(value)), value);
});

test('figures and durations', () => {
  assert.deepEqual([figure(1.25, 1), figure(null), figure(undefined), figure(49.6)], ['1.3', '-', '-', '50']);
  assert.deepEqual([0.9, 59.9, 60, 3599, 3600, 90_000].map(duration), [
    '0s',
    '59s',
    '1m00s',
    '59m59s',
    '1h00m',
    '25h00m',
  ]);
});
