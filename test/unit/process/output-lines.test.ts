import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LineCutter } from '../../../src/process/output-lines.ts';

function cut(...blocks: readonly string[]): string[] {
  const lines: string[] = [];
  const cutter = new LineCutter((text) => lines.push(text));
  for (const block of blocks) cutter.take(Buffer.from(block, 'latin1'));
  cutter.end();
  return lines;
}

test('lines come as they end, whatever the blocks are', () => {
  assert.deepEqual(cut('a\nb', 'c\r\n', '\n', '\xe9\n'), ['a', 'bc', '\xe9']);
  assert.deepEqual(cut('a\nlast'), ['a', 'last']);
  assert.deepEqual(cut(), []);
});

test('a long line is told by its beginning', () => {
  const long = 'x'.repeat(1000);
  assert.deepEqual(cut(`${long}\n`), [long]);
  assert.deepEqual(cut(...Array<string>(9).fill('x'.repeat(700)), '\nb'), [`${long} ...`, 'b']);
});

test('of a block a hundred lines are told, and the rest is counted', () => {
  const lines = cut('y\n'.repeat(150), 'y\n'.repeat(101), 'end');
  assert.equal(lines.length, 202);
  assert.deepEqual(lines.slice(-2), ['end', '102 bytes of its output were left out']);
  // What is left out ends with a whole line.
  assert.deepEqual(cut(`${'y\n'.repeat(101)}half`, ' line\n').slice(-2), [
    'half line',
    '2 bytes of its output were left out',
  ]);
});
