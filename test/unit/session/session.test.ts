import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LEG_ACTORS, mediaNumber, otherLeg } from '../../../src/session/session.ts';

test('leg 0 faces the callee and leg 1 the caller', () => {
  assert.deepEqual(LEG_ACTORS, ['callee', 'caller']);
  assert.equal(otherLeg(0), 1);
  assert.equal(otherLeg(1), 0);
});

test("a medium's number is the text behind the last semicolon of a tag", () => {
  assert.equal(mediaNumber('tag'), '0');
  assert.equal(mediaNumber(''), '0');
  assert.equal(mediaNumber('tag;1'), '1');
  assert.equal(mediaNumber('tag;x;12'), '12');
  assert.equal(mediaNumber('tag;'), '');
});
