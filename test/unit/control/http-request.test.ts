import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isHttpRequest } from '../../../src/control/http-request.ts';

function judge(line: string): boolean {
  return isHttpRequest(Buffer.from(line, 'latin1'));
}

describe('HTTP request', () => {
  it('is known by its first line, whatever the method', () => {
    for (const line of ['GET / HTTP/1.1\r', 'POST /a?b=c d HTTP/1.0', 'PRI * HTTP/2.0\r', 'X-Own /V HTTP/1.1\r']) {
      assert.equal(judge(line), true, line);
    }
  });

  it('is no command of a controller', () => {
    for (const line of [
      '',
      'V',
      'VF 20081102',
      'Uc0,8 call 1.2.3.4 5 from;1',
      'G nsess_created',
      'D call f t',
      'X\r',
    ]) {
      assert.equal(judge(line), false, line);
    }
  });

  it('is not searched for in all of a long line', () => {
    assert.equal(judge(`U ${'x'.repeat(8000)} HTTP/1.1`), false);
  });
});
