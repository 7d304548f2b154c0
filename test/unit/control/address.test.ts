import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isAnyAddress, resolveHost, unmapped } from '../../../src/control/address.ts';
import { ControlSpecError } from '../../../src/control/errors.ts';
import type { HostSpec } from '../../../src/control/spec.ts';

const spec = (host: string, family: 4 | 6): HostSpec => ({ kind: 'udp', text: '', family, host, port: 7 });

describe('resolveHost', () => {
  it('returns addresses as they are', async () => {
    assert.equal(await resolveHost(spec('0.0.0.0', 4)), '0.0.0.0');
    assert.equal(await resolveHost(spec('::1', 6)), '::1');
  });

  it('resolves names in the wanted family', async () => {
    assert.equal(await resolveHost(spec('localhost', 4)), '127.0.0.1');
  });

  it('reports an unknown name as the C daemon does', async () => {
    // A label of more than 63 characters is refused by the resolver without asking a server.
    const host = 'x'.repeat(64);
    await assert.rejects(resolveHost(spec(host, 4)), (error: unknown) => {
      assert(error instanceof ControlSpecError);
      assert.equal(error.message, `setbindhost: Name or service not known for ${host} 7`);
      return true;
    });
  });
});

describe('addresses', () => {
  it('shows IPv4 clients of a dual-stack socket by their IPv4 address', () => {
    assert.equal(unmapped('::ffff:192.0.2.1'), '192.0.2.1');
    assert.equal(unmapped('::ffff:1'), '::ffff:1');
    assert.equal(unmapped('2001:db8::1'), '2001:db8::1');
    assert.equal(unmapped('192.0.2.1'), '192.0.2.1');
  });

  it('knows the any-addresses', () => {
    assert.deepEqual(['0.0.0.0', '::', '127.0.0.1', '::1'].map(isAnyAddress), [true, true, false, false]);
  });
});
