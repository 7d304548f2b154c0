import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cookieEnd, cookieStart } from '../../../src/control/cookie.ts';

function split(text: string): [string, string] | 'NUL' {
  const datagram = Buffer.from(text, 'latin1');
  const start = cookieStart(datagram, datagram.length);
  const end = cookieEnd(datagram, start, datagram.length);
  return end === -1 ? 'NUL' : [datagram.toString('latin1', start, end), datagram.toString('latin1', end)];
}

describe('cookie', () => {
  it('is the first token, whatever surrounds it', () => {
    assert.deepEqual(split('c V'), ['c', ' V']);
    assert.deepEqual(split(' \t\r\nc\r\nV\n'), ['c', '\r\nV\n']);
    assert.deepEqual(split('c'), ['c', '']);
    assert.deepEqual(split('&& V'), ['&&', ' V']);
    assert.deepEqual(split('\xff\xfe\x80 V'), ['\xff\xfe\x80', ' V']);
    assert.deepEqual(split('a\v\fb V'), ['a\v\fb', ' V']);
  });

  it('is empty without a token', () => {
    assert.deepEqual(split(''), ['', '']);
    assert.deepEqual(split(' \t\r\n'), ['', '']);
  });

  it('must not hold a NUL, unlike the rest', () => {
    assert.equal(split('\0'), 'NUL');
    assert.equal(split('a\0 V'), 'NUL');
    assert.equal(split(' \0V'), 'NUL');
    assert.deepEqual(split('c V\0'), ['c', ' V\0']);
  });

  it('does not look past the given length', () => {
    const datagram = Buffer.from('cc\0');
    assert.equal(cookieEnd(datagram, 0, 2), 2);
    assert.equal(cookieStart(Buffer.from('  c'), 2), 2);
  });
});
