import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProtocolError } from '../../../src/protocol/errors.ts';
import { splitCookie, tokenize } from '../../../src/protocol/tokenize.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');

function split(text: string): [string | undefined, string] {
  const { cookie, rest } = splitCookie(bytes(text));
  return [cookie, Buffer.from(rest).toString('latin1')];
}

function tokens(text: string): readonly (readonly string[])[] | number {
  const result = tokenize(bytes(text));
  return result instanceof ProtocolError ? result.code : [result.main, ...result.sub];
}

test('the cookie is the first token', () => {
  assert.deepEqual(split('c1 V'), ['c1', ' V']);
  assert.deepEqual(split('\t\r\n c1\nV\n'), ['c1', '\nV\n']);
  assert.deepEqual(split('c1'), ['c1', '']);
  assert.deepEqual(split('c1 '), ['c1', ' ']);
  assert.deepEqual(split('c\x0bV'), ['c\x0bV', '']);
  assert.deepEqual(split('&& V'), ['&&', ' V']);
  assert.deepEqual(split('\xff\x80 V'), ['\xff\x80', ' V']);
});

test('a datagram without a cookie, or with NUL in it, has neither cookie nor command', () => {
  for (const text of ['', ' \t\r\n', '\0', '  \0', 'c\0', 'c\0 V', '\0c V']) {
    assert.deepEqual(split(text), [undefined, ''], JSON.stringify(text));
  }
  assert.deepEqual(split('c \0'), ['c', ' \0']);
});

test('a plain Uint8Array that is a part of a larger one is accepted', () => {
  const part = new Uint8Array(bytes('##c1 VF 1##')).subarray(2, 9);
  const { cookie, rest } = splitCookie(part);
  assert.equal(cookie, 'c1');
  assert.deepEqual(tokenize(rest), { main: ['VF', '1'], sub: [] });
});

test('any run of space, TAB, LF and CR separates tokens', () => {
  assert.deepEqual(tokens('V'), [['V']]);
  assert.deepEqual(tokens('  VF \t\r\n 2004 \n'), [['VF', '2004']]);
  assert.deepEqual(tokens('V\x0b\x0c a'), [['V\x0b\x0c', 'a']]);
  assert.deepEqual(tokens('\xe9 \xff'), [['\xe9', '\xff']]);
});

test('a token && starts a sub-command', () => {
  assert.deepEqual(tokens('U a && D && S ttl=5'), [['U', 'a'], ['D'], ['S', 'ttl=5']]);
  assert.deepEqual(tokens('U &&D & &&&'), [['U', '&&D', '&', '&&&']]);
});

test('an empty command or sub-command, and NUL anywhere, is malformed', () => {
  const bad = ['', ' \n', '&&', '&& V', 'V &&', 'V && && D', 'V && D &&', 'V\0', 'V \0', '\0', 'V && D\0'];
  for (const text of bad) assert.equal(tokens(text), 5, JSON.stringify(text));
});

test('23 tokens are the most in a command and in a sub-command', () => {
  assert.equal(Array.isArray(tokens(`V${' x'.repeat(22)}`)), true);
  assert.equal(tokens(`V${' x'.repeat(23)}`), 5);
  assert.equal(Array.isArray(tokens(`V${' x'.repeat(22)} && ${'D '.repeat(23)}`)), true);
  assert.equal(tokens(`V && ${'D '.repeat(24)}`), 5);
});

test('15 sub-commands are the most', () => {
  assert.equal(Array.isArray(tokens(`U${' && D'.repeat(15)}`)), true);
  assert.equal(tokens(`U${' && D'.repeat(16)}`), 5);
});
