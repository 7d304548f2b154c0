import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addressText } from '../../../../src/addon/endpoint.ts';
import { addressBytes } from '../../../../src/modules/acct-rtcp-hep/address-bytes.ts';

test('the text of an address comes back as its bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
      assert.deepEqual(addressBytes(addressText(6, bytes)), bytes);
      assert.deepEqual(addressBytes(addressText(4, bytes)), bytes.subarray(0, 4));
    }),
  );
});

test('other ways to write an address', () => {
  const hex = (host: string) => Buffer.from(addressBytes(host)).toString('hex');
  assert.equal(hex('::'), '00'.repeat(16));
  assert.equal(hex('fe80::1%eth0'), `fe80${'00'.repeat(13)}01`);
  assert.equal(hex('::ffff:192.0.2.1'), `${'00'.repeat(10)}ffffc0000201`);
  assert.equal(hex('1:2:3:4:5:6:7:8'), '00010002000300040005000600070008');
});
