import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callOfRoute, callRoute } from '../../../src/page/route.ts';

test('a route names a call, whatever its id is', () => {
  for (const id of ['17', 'a/b#c d', '<script>', '%', 'ä']) assert.equal(callOfRoute(callRoute(id)), id);
});

test('anything else is the list', () => {
  for (const hash of ['', '#', '#/calls/', '#/other', '#/calls/%zz']) assert.equal(callOfRoute(hash), undefined, hash);
});
