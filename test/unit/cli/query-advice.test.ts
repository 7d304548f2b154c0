import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainError, explainReply, explainWords } from '../../../src/cli/query-advice.ts';
import { RtpproxyConnectionError, RtpproxyTimeoutError } from '../../../src/client/errors.ts';
import { ERRORS } from '../../../src/protocol/errors.ts';

test('every error code is explained', () => {
  for (const { code } of Object.values(ERRORS)) {
    const text = explainReply(`E${code}`, 'V') ?? '';
    assert.match(text, new RegExp(`^E${code}: .{15,}\\.$`));
    assert.doesNotMatch(text, /\bprotocol\.md\b/);
  }
  assert.equal(explainReply('E35', 'P1 c p session f'), 'E35: `P ... session` for a peer without a codec list.');
  assert.equal(explainReply('E35', 'Uq'), 'E35: Unknown modifier of U or L.');
  assert.equal(explainReply('E4242', 'V'), 'E4242: an error that this program does not know');
  for (const reply of ['0', '20040107', 'E', 'Ex', '35000 127.0.0.1', ''])
    assert.equal(explainReply(reply, 'V'), undefined);
});

test('who forgets the quotes around a command is told', () => {
  const words = ['Gv', 'nsess_created'];
  assert.equal(explainWords('E1', words), "one operand is one command; did you mean 'Gv nsess_created'?");
  assert.equal(explainWords('E0', words), explainWords('E1', words));
  assert.equal(explainWords('E1', ['U a', 'V']), undefined);
  assert.equal(explainWords('E1', ['U']), undefined);
  assert.equal(explainWords('E50', words), undefined);
});

test('it is said what to do about a socket that cannot be reached', () => {
  const denied = new RtpproxyConnectionError('EACCES', 'unix:/x: connect EACCES /x');
  assert.match(explainError(denied), /^unix:\/x: connect EACCES \/x: this user may not write to the socket; .*group/);
  const silent = new RtpproxyTimeoutError('V', 3000, undefined);
  assert.match(explainError(silent), /^no reply within 3000 ms for "V": is it rtpproxy that listens there, .*firewall/);
  assert.equal(explainError(new RtpproxyConnectionError('EOTHER', 'text')), 'text');
  assert.equal(explainError(new Error('no command')), 'no command');
  assert.equal(explainError('thrown'), 'thrown');
});
