import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  addressedPort,
  chainReply,
  errorReply,
  OK_REPLY,
  portResult,
  SUB_COMMAND_FAILED,
} from '../../../src/protocol/reply.ts';
import { localAddress, V4, V6 } from './address-book.ts';

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
  assert.equal(addressedPort(42270, '127.0.0.1'), '42270 127.0.0.1');
});

test('a reply without sub-commands', () => {
  assert.equal(chainReply('37262 127.0.0.1'), '37262 127.0.0.1\n');
});

test('silent successes at the end of the chain are not written', () => {
  assert.equal(chainReply('1', [undefined]), '1\n');
  assert.equal(chainReply('1', [undefined, undefined, undefined]), '1\n');
  assert.equal(chainReply('1', ['2 ::1 6', undefined]), '1 && 2 ::1 6\n');
});

test('silent successes before a text or a failure are written', () => {
  assert.equal(chainReply('60 0 0 0 0', [undefined, SUB_COMMAND_FAILED]), '60 0 0 0 0 && 0 && -1\n');
  assert.equal(chainReply('1 a', [undefined, '2 a', undefined]), '1 a && 0 && 2 a\n');
  assert.equal(chainReply('1 a', ['2 a', undefined, undefined, '1 a']), '1 a && 2 a && 0 && 0 && 1 a\n');
});
