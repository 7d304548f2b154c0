import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProtocolError } from '../../../src/protocol/errors.ts';
import { tokenize } from '../../../src/protocol/tokenize.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');

function tokens(text: string): readonly (readonly string[])[] | number {
  const result = tokenize(bytes(text));
  return result instanceof ProtocolError ? result.code : [result.main, ...result.sub];
}

test('a plain Uint8Array that is a part of a larger one is accepted', () => {
  const part = new Uint8Array(bytes('## VF 1##')).subarray(2, 7);
  assert.deepEqual(tokenize(part), { main: ['VF', '1'], sub: [] });
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
