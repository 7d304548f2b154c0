import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatSsrc } from '../../../src/log/ssrc.ts';

test('an SSRC is told as 0x and eight hex digits', () => {
  assert.equal(formatSsrc(0), '0x00000000');
  assert.equal(formatSsrc(0xabc), '0x00000ABC');
  assert.equal(formatSsrc(0xffffffff), '0xFFFFFFFF');
});
