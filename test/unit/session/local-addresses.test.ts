import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Family, LocalAddress } from '../../../src/protocol/local-address.ts';
import { LocalAddresses } from '../../../src/session/local-addresses.ts';
import { localAddress } from '../protocol/address-book.ts';

const FIRST = localAddress('127.0.0.1');
const ONE = localAddress('127.0.0.2', { label: 'one' });
const noRoute = (): undefined => undefined;

/** Where legs are if the command says nothing but the peer's family. */
function defaults(addresses: LocalAddresses, family: Family): LocalAddress | undefined {
  return addresses.place({ named: undefined, sides: [], newPort: false, family }, undefined)?.local[0];
}

function byHost(addresses: LocalAddresses, host: string, family: Family): LocalAddress | undefined {
  return addresses.find({ by: 'host', host, family });
}

test('the first address is the default; without one there is no daemon', () => {
  assert.equal(defaults(new LocalAddresses([FIRST, ONE], false, noRoute), 4), FIRST);
  assert.throws(() => new LocalAddresses([], false, noRoute), RangeError);
});

test('only bridge mode has an external address', () => {
  assert.equal(new LocalAddresses([FIRST, ONE], false, noRoute).bridge, false);
  const bridge = new LocalAddresses([FIRST, ONE], true, noRoute);
  assert.equal(bridge.bridge, true);
  const placing = { named: undefined, sides: ['external'], newPort: false, family: 4 } as const;
  assert.deepEqual(bridge.place(placing, undefined)?.local, [FIRST, ONE]);
});

test('labels are found in their exact spelling, the newest first', () => {
  const again = localAddress('127.0.0.3', { label: 'one' });
  const addresses = new LocalAddresses([FIRST, ONE, again], false, noRoute);
  assert.equal(addresses.find({ by: 'label', label: 'one' }), again);
  assert.equal(addresses.find({ by: 'label', label: 'ONE' }), undefined);
  assert.equal(addresses.find({ by: 'label', label: '' }), undefined);
});

test('an address is found by its host, the newest first', () => {
  const advertised = localAddress('127.0.0.2', { label: 'two', advertised: '198.51.100.9' });
  const addresses = new LocalAddresses([FIRST, ONE, advertised], false, noRoute);
  assert.equal(byHost(addresses, '127.0.0.2', 4), advertised);
});

test('an unknown host is added at its first use and kept', () => {
  const addresses = new LocalAddresses([FIRST], false, noRoute);
  const added = byHost(addresses, '127.0.0.9', 4);
  assert.deepEqual(added, localAddress('127.0.0.9'));
  assert.equal(byHost(addresses, '127.0.0.9', 4), added);
  assert.equal(defaults(addresses, 4), FIRST);
});

test('the any-addresses are known as such', () => {
  const addresses = new LocalAddresses([FIRST], false, noRoute);
  assert.equal(byHost(addresses, '0.0.0.0', 4)?.wildcard, true);
  assert.equal(byHost(addresses, '::', 6)?.wildcard, true);
  assert.equal(byHost(addresses, '::1', 6)?.wildcard, false);
});

test('a family gets its newest address, those added by commands included', () => {
  const addresses = new LocalAddresses([FIRST], false, noRoute);
  assert.equal(defaults(addresses, 6), undefined);
  const added = byHost(addresses, '::1', 6);
  assert.equal(defaults(addresses, 6), added);
  assert.equal(defaults(addresses, 4), FIRST);
});

test('towards a host leads the address that the kernel would use', () => {
  const asked: string[] = [];
  const addresses = new LocalAddresses([FIRST, ONE], false, (host) => {
    asked.push(host);
    return host === '192.0.2.1' ? undefined : '127.0.0.2';
  });
  assert.equal(addresses.towards('127.0.0.55', 4), ONE);
  assert.equal(addresses.towards('192.0.2.1', 4), undefined);
  assert.deepEqual(asked, ['127.0.0.55', '192.0.2.1']);
});

test('the configured list is not changed', () => {
  const configured = [FIRST];
  byHost(new LocalAddresses(configured, false, noRoute), '127.0.0.9', 4);
  assert.deepEqual(configured, [FIRST]);
});

test('many named addresses make the oldest of them give way, and none of the command line', () => {
  const addresses = new LocalAddresses([FIRST, ONE], false, noRoute);
  const six = byHost(addresses, '::1', 6);
  for (let i = 0; i < 255; i++) byHost(addresses, `10.0.0.${i}`, 4);
  assert.equal(defaults(addresses, 6), six);
  byHost(addresses, '10.0.1.0', 4);
  assert.equal(defaults(addresses, 6), undefined);
  assert.deepEqual([byHost(addresses, '127.0.0.1', 4), addresses.find({ by: 'label', label: 'one' })], [FIRST, ONE]);
});
