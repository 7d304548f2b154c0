import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ERRORS, ProtocolError, protocolError } from '../../../src/protocol/errors.ts';

test('an error carries its name and code, and is allocated once', () => {
  const error = protocolError('badPtime');
  assert.ok(error instanceof ProtocolError);
  assert.equal(error.name, 'badPtime');
  assert.equal(error.code, 13);
  assert.equal(protocolError('badPtime'), error);
});

test('the codes are exactly those of the protocol', () => {
  const codes = [...new Set<number>(Object.values(ERRORS).map(({ code }) => code))].sort((a, b) => a - b);
  const documented = [0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 25, 26, 31, 32, 35, 36, 37];
  assert.deepEqual(codes, [...documented, 50, 60, 62, 65, 68, 71, 72, 75, 81, 86, 99]);
});
