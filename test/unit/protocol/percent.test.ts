import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeNotifyTag } from '../../../src/protocol/percent.ts';

test('percent pairs and plus signs are decoded', () => {
  assert.equal(decodeNotifyTag('tag%20one+x%0Ay'), 'tag one x\ny');
  assert.equal(decodeNotifyTag('plain'), 'plain');
  assert.equal(decodeNotifyTag('%2b%2B%25%00%ff'), '++%\0\xff');
  assert.equal(decodeNotifyTag('%2541'), '%41');
  assert.equal(decodeNotifyTag('+'), ' ');
  assert.equal(decodeNotifyTag('\xe9'), '\xe9');
});

test('a percent sign without two hexadecimal digits is refused', () => {
  for (const text of ['%', '%4', '%zz', '%4g', '%g4', 'ab%', 'ab%4', '%%41', '%+4', '%4+', '% 4', '%-1', '%0x']) {
    assert.equal(decodeNotifyTag(text), undefined, text);
  }
});
