import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RtpproxyError } from '../../../src/client/errors.ts';
import { ERRORS } from '../../../src/protocol/errors.ts';

test('every error code has its name', () => {
  for (const [reason, { code }] of Object.entries(ERRORS)) {
    const error = new RtpproxyError(code, reason === 'noSessionCodecs' ? 'P1 c p session f' : 'U');
    assert.deepEqual([error.reason, error.code], [reason, code]);
  }
  assert.equal(new RtpproxyError(33, 'V').reason, 'unknown');
});

test('the message tells code, name and command', () => {
  const error = new RtpproxyError(50, 'D c f');
  assert.equal(String(error), 'RtpproxyError: E50 (sessionNotFound) for "D c f"');
});
