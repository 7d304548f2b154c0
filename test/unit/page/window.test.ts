import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rowWindow, scrollTo } from '../../../src/page/window.ts';

test('the rows that can be seen are made, and a few beyond, always as many', () => {
  assert.deepEqual(rowWindow(2000, 40, 4000, 400), { first: 94, end: 117 });
  assert.deepEqual(rowWindow(2000, 40, 4039, 400), { first: 94, end: 117 });
  assert.deepEqual(rowWindow(2000, 40, 0, 400), { first: 0, end: 23 });
  assert.deepEqual(rowWindow(2000, 40, 79_600, 400), { first: 1977, end: 2000 });
  assert.deepEqual(rowWindow(3, 40, 0, 400), { first: 0, end: 3 });
  assert.deepEqual(rowWindow(0, 40, 0, 400), { first: 0, end: 0 });
});

test('a list that became shorter than it is scrolled shows its end', () => {
  assert.deepEqual(rowWindow(30, 40, 4000, 400), { first: 7, end: 30 });
});

test('the view follows a row just as far as it has to', () => {
  assert.equal(scrollTo(50, 40, 1900, 400), 1900);
  assert.equal(scrollTo(50, 40, 2040, 400), 2000);
  assert.equal(scrollTo(50, 40, 0, 400), 1640);
});
