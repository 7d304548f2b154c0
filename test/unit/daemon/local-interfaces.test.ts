import assert from 'node:assert/strict';
import type { NetworkInterfaceInfo } from 'node:os';
import { test } from 'node:test';
import { isLocalAddress } from '../../../src/daemon/local-interfaces.ts';

const eth0: NetworkInterfaceInfo[] = [
  { address: '192.0.2.7', netmask: '255.255.255.0', family: 'IPv4', mac: '', internal: false, cidr: '192.0.2.7/24' },
  { address: '2001:db8::7', netmask: 'ffff::', family: 'IPv6', mac: '', internal: false, cidr: null, scopeid: 0 },
];

for (const [host, local] of [
  ['192.0.2.7', true],
  ['192.0.2.8', false],
  ['2001:db8::7', true],
  ['2001:db8:0::7', true],
  ['2001:db8::8', false],
  ['127.0.0.99', true],
  ['0.0.0.0', true],
  ['::', true],
] as const) {
  test(`${host} is ${local ? '' : 'not '}local`, () => {
    assert.equal(isLocalAddress(host, { eth0 }), local);
  });
}

test('the loopback interface of this machine is known', () => {
  assert.equal(isLocalAddress('127.0.0.1'), true);
});
