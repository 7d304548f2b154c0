import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  addressedPort,
  chainReply,
  errorReply,
  leavesRoom,
  OK_REPLY,
  portResult,
  realText,
  SUB_COMMAND_FAILED,
  textResult,
} from '../../../src/protocol/reply.ts';
import { localAddress, V4, V6 } from './address-book.ts';

const ROOM = 1023;

test('fixed replies', () => {
  assert.equal(OK_REPLY, '0\n');
  assert.equal(errorReply(5), 'E5\n');
  assert.equal(errorReply(99), 'E99\n');
});

test('a port with its address', () => {
  assert.equal(portResult(40000, V4), '40000 127.0.0.1');
  assert.equal(portResult(40000, V6), '40000 ::1 6');
  assert.equal(portResult(40000, localAddress('127.0.0.1', { advertised: 'some.name' })), '40000 some.name');
  assert.equal(portResult(40000, localAddress('::1', { advertised: '2001:db8::1' })), '40000 2001:db8::1 6');
  assert.equal(portResult(40000, localAddress('0.0.0.0', { advertised: 'some.name' })), '40000');
  assert.equal(portResult(40000, localAddress('::')), '40000');
  assert.equal(addressedPort(42270, V4), '42270 127.0.0.1');
  assert.equal(addressedPort(42270, V6), '42270 ::1 6');
  assert.equal(addressedPort(42270, localAddress('127.0.0.1', { advertised: 'some.name' })), '42270 some.name');
});

test('a reply without sub-commands', () => {
  assert.equal(chainReply('37262 127.0.0.1', [], ROOM), '37262 127.0.0.1\n');
});

test('silent successes at the end of the chain are not written', () => {
  assert.equal(chainReply('1', [undefined], ROOM), '1\n');
  assert.equal(chainReply('1', [undefined, undefined, undefined], ROOM), '1\n');
  assert.equal(chainReply('1', ['2 ::1 6', undefined], ROOM), '1 && 2 ::1 6\n');
});

test('silent successes before a text or a failure are written', () => {
  assert.equal(chainReply('60 0 0 0 0', [undefined, SUB_COMMAND_FAILED], ROOM), '60 0 0 0 0 && 0 && -1\n');
  assert.equal(chainReply('1 a', [undefined, '2 a', undefined], ROOM), '1 a && 0 && 2 a\n');
  assert.equal(chainReply('1 a', ['2 a', undefined, undefined, '1 a'], ROOM), '1 a && 2 a && 0 && 0 && 1 a\n');
});

test('a result that does not fit is -1 and ends the reply', () => {
  const main = '1 a';
  // -1 and LF have their place, and a text needs a byte more.
  const reply = '1 a && 2 b && -1\n';
  assert.equal(chainReply(main, ['2 b', '3 c'], reply.length), '1 a && -1\n');
  assert.equal(chainReply(main, ['2 b', '3 c'], reply.length + 1), reply);
  assert.equal(chainReply(main, ['2 b', undefined, '3 c', SUB_COMMAND_FAILED], reply.length + 1), reply);
  assert.equal(chainReply(main, ['2 b', undefined, SUB_COMMAND_FAILED], reply.length + 5), '1 a && 2 b && 0 && -1\n');
  assert.equal(chainReply(main, ['2 b', undefined], reply.length + 1), '1 a && 2 b\n');
  for (let room = main.length + 7; room < 60; room++) {
    const text = chainReply(main, ['2 b', undefined, '3 c', undefined, undefined, '4 d'], room);
    assert.ok(text.length <= room && /^1 a( && \S+( \w)?)*\n$/.test(text), text);
  }
});

test('whether there is room for a main result', () => {
  assert.ok(leavesRoom('12345', false, 6));
  assert.ok(!leavesRoom('12345', false, 5));
  assert.ok(leavesRoom('12345', true, 12));
  assert.ok(!leavesRoom('12345', true, 11));
});

test('real numbers have six decimals', () => {
  assert.equal(realText(0), '0.000000');
  assert.equal(realText(1 / 3), '0.333333');
  assert.equal(realText(1234567.8901239), '1234567.890124');
});

test('the result of a sub-command has at most 511 bytes', () => {
  assert.equal(textResult('x'.repeat(511)), 'x'.repeat(511));
  assert.equal(textResult('x'.repeat(512)), SUB_COMMAND_FAILED);
});
