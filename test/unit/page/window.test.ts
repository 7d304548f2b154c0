import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rowWindow, scrollTo } from '../../../src/page/window.ts';

test('the rows that can be seen are made, and a few beyond', () => {
  assert.deepEqual(rowWindow(2000, 40, 4000, 400), { first: 94, end: 116 });
  assert.deepEqual(rowWindow(2000, 40, 0, 400), { first: 0, end: 16 });
  assert.deepEqual(rowWindow(2000, 40, 79_600, 400), { first: 1984, end: 2000 });
  assert.deepEqual(rowWindow(3, 40, 0, 400), { first: 0, end: 3 });
});

test('a list that became shorter than it is scrolled shows nothing, until the browser has scrolled back', () => {
  assert.deepEqual(rowWindow(5, 40, 4000, 400), { first: 5, end: 5 });
});

test('the view follows a row just as far as it has to', () => {
  assert.equal(scrollTo(50, 40, 1900, 400), 1900);
  assert.equal(scrollTo(50, 40, 2040, 400), 2000);
  assert.equal(scrollTo(50, 40, 0, 400), 1640);
});
