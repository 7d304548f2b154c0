import assert from 'node:assert/strict';
import { constants } from 'node:os';
import { test } from 'node:test';
import { EngineError, isPortBusy } from '../../../src/addon/errors.ts';

test('an error has the shape of a system error of Node', () => {
  const error = new EngineError(constants.errno.EADDRINUSE, 'bind');
  assert.ok(error instanceof Error);
  assert.equal(error.name, 'EngineError');
  assert.equal(error.code, 'EADDRINUSE');
  assert.equal(error.errno, 98);
  assert.equal(error.syscall, 'bind');
  assert.equal(error.message, 'bind: address already in use (98)');
});

test('an unknown number is told as it is', () => {
  const error = new EngineError(999, 'x');
  assert.equal(error.code, 'E999');
  assert.equal(error.message, 'x: unknown error (999)');
});

test('only a taken or reserved port lets the search go on', () => {
  const { EADDRINUSE, EACCES, EADDRNOTAVAIL, EMFILE, EBADF } = constants.errno;
  assert.deepEqual([EADDRINUSE, EACCES].map(isPortBusy), [true, true]);
  assert.deepEqual([0, EADDRNOTAVAIL, EMFILE, EBADF].map(isPortBusy), [false, false, false, false]);
});
