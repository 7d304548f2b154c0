import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { foreignProtocol } from '../../../src/control/foreign-protocol.ts';
import { MAX_COMMAND } from '../../../src/protocol/limits.ts';

function judge(line: string): string | undefined {
  return foreignProtocol(Buffer.from(line, 'latin1'));
}

describe('foreign protocol', () => {
  it('is HTTP with any method', () => {
    for (const line of ['GET / HTTP/1.1\r', 'POST /a?b=c d HTTP/1.0', 'PRI * HTTP/2.0\r', 'X-Own /V HTTP/1.1\r']) {
      assert.equal(judge(line), 'an HTTP request', line);
    }
  });

  it('is HTTP with a target of any length', () => {
    const line = (length: number) => `POST /${'x'.repeat(length)} HTTP/1.1\r`;
    const longest = line(MAX_COMMAND - line(0).length);
    assert.equal(longest.length, MAX_COMMAND);
    assert.equal(judge(longest), 'an HTTP request');
  });

  it('is TLS', () => {
    assert.equal(judge('\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'), 'a TLS handshake');
    assert.equal(judge('\x16'), undefined);
  });

  it('is no command of a controller', () => {
    for (const line of [
      '',
      'V',
      'VF 20081102',
      'Uc0,8 call 1.2.3.4 5 from;1',
      `U ${'x'.repeat(8000)}`,
      'G nsess_created',
      'D call f t',
      'X\r',
    ]) {
      assert.equal(judge(line), undefined, line);
    }
  });
});
