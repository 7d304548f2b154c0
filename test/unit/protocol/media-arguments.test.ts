import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PEER_IS_CONTROL_SOCKET, ProtocolError } from '../../../src/protocol/errors.ts';
import { parseMediaArguments } from '../../../src/protocol/media-arguments.ts';
import { parseContext, TestAddressBook, V4, V6 } from './address-book.ts';

const dual = () => parseContext(new TestAddressBook([V4, V6]));

function code(modifiers: string, host: string, port: string): number {
  const result = parseMediaArguments(modifiers, host, port, parseContext());
  assert.ok(result instanceof ProtocolError);
  return result.code;
}

test('the modifiers give the family of the address', () => {
  const result = parseMediaArguments('w6', '::1', 'sip', dual());
  assert.ok(!(result instanceof ProtocolError));
  assert.deepEqual(result.peer, { kind: 'address', host: '::1', family: 6, port: 5060 });
  assert.equal(result.modifiers.weak, true);
  assert.equal(result.modifiers.moveTo, V6);
});

test('a control socket of the daemon is nobody, however its address is written', () => {
  for (const host of ['127.0.0.1', '0177.0.0.1', '2130706433', '0x7f000001']) {
    assert.equal(parseMediaArguments('', host, '22222', parseContext()), PEER_IS_CONTROL_SOCKET, host);
  }
  assert.equal(code('', '127.0.0.1', '22222'), 37);
  assert.ok(!(parseMediaArguments('', '127.0.0.1', '22220', parseContext()) instanceof ProtocolError));
});

test('modifiers are refused before the missing family, and that before the address', () => {
  assert.equal(code('6z0', '1.2.3.4.5', 'x'), 13);
  assert.equal(code('6', '1.2.3.4.5', 'x'), 36);
  assert.equal(code('', '1.2.3.4.5', '1'), 37);
  assert.equal(code('', '127.0.0.1', 'x'), 37);
});
