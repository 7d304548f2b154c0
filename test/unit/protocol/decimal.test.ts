import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decimalToInt32, endOfDecimal, unsignedDecimalToInt32 } from '../../../src/protocol/decimal.ts';

test('the end of a decimal number', () => {
  assert.equal(endOfDecimal('z20a', 1), 3);
  assert.equal(endOfDecimal('z+20', 1), 4);
  assert.equal(endOfDecimal('z-5', 1), 3);
  for (const text of ['z', 'za', 'z+', 'z-a', 'z,1']) assert.equal(endOfDecimal(text, 1), 1, text);
});

test('VT and FF before a number are skipped, as the C library does', () => {
  assert.equal(endOfDecimal('z\x0b\x0c-5a', 1), 5);
  assert.equal(endOfDecimal('z\x0ba', 1), 1);
  assert.equal(endOfDecimal('z\xa05', 1), 1);
  assert.equal(decimalToInt32('\x0b+5'), 5);
  assert.equal(decimalToInt32('\x0c0000000000000004294967301'), 5);
  for (const text of ['\x0b', '5\x0b', '-\x0b5', '\xa05'])
    assert.equal(decimalToInt32(text), undefined, JSON.stringify(text));
});

test('whole numbers', () => {
  const cases: [string, number][] = [
    ['0', 0],
    ['-0', 0],
    ['+5', 5],
    ['-7', -7],
    ['007', 7],
    ['0000000000000000000000000000042', 42],
    ['2147483647', 2147483647],
  ];
  for (const [text, value] of cases) assert.equal(Object.is(decimalToInt32(text), value), true, text);
});

test('anything but a number is refused', () => {
  for (const text of ['', '+', '-', 'x', '5x', ' 5', '5 ', '0x10', '4.5', '1e3', '--5', '+-5', '\t5']) {
    assert.equal(decimalToInt32(text), undefined, JSON.stringify(text));
  }
});

test('numbers beyond 32 bits are saturated at 64 bits and cut', () => {
  assert.equal(decimalToInt32('99999999999'), 1215752191);
  assert.equal(decimalToInt32('2147483648'), -2147483648);
  assert.equal(decimalToInt32('4294967301'), 5);
  assert.equal(decimalToInt32('-4294967295'), 1);
  assert.equal(decimalToInt32('9223372036854775806'), -2);
  assert.equal(decimalToInt32('9223372036854775808'), -1);
  assert.equal(decimalToInt32('1'.repeat(8000)), -1);
  assert.equal(decimalToInt32(`+${'0'.repeat(8000)}`), 0);
  assert.equal(decimalToInt32(`-${'0'.repeat(8000)}12`), -12);
  assert.equal(decimalToInt32(`-${'9'.repeat(30)}`), 0);
});

test('unsigned numbers are saturated at 2^64 - 1, whatever their sign', () => {
  const cases: [string, number][] = [
    ['-5', -5],
    ['-4294967291', 5],
    ['9223372036854775813', 5],
    ['-9223372036854775808', 0],
    ['-18446744073709551611', 5],
    ['18446744073709551615', -1],
    ['18446744073709551616', -1],
    ['-18446744073709551616', -1],
    ['-100000000000000000000000005', -1],
  ];
  for (const [text, value] of cases) assert.equal(unsignedDecimalToInt32(text), value, text);
  assert.equal(unsignedDecimalToInt32('x'), undefined);
});
