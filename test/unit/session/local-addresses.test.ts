import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LocalAddresses } from '../../../src/session/local-addresses.ts';
import { localAddress } from '../protocol/address-book.ts';

const FIRST = localAddress('127.0.0.1');
const ONE = localAddress('127.0.0.2', { label: 'one' });
const noRoute = (): undefined => undefined;

test('the first address is the default; without one there is no daemon', () => {
  assert.equal(new LocalAddresses([FIRST, ONE], false, noRoute).default, FIRST);
  assert.throws(() => new LocalAddresses([], false, noRoute), RangeError);
});

test('only bridge mode has an external address', () => {
  assert.equal(new LocalAddresses([FIRST, ONE], false, noRoute).external, undefined);
  assert.equal(new LocalAddresses([FIRST, ONE], true, noRoute).external, ONE);
});

test('labels are found in their exact spelling, the newest first', () => {
  const again = localAddress('127.0.0.3', { label: 'one' });
  const addresses = new LocalAddresses([FIRST, ONE, again], false, noRoute);
  assert.equal(addresses.byLabel('one'), again);
  assert.equal(addresses.byLabel('ONE'), undefined);
  assert.equal(addresses.byLabel(''), undefined);
});

test('an address is found by its host, the newest first', () => {
  const advertised = localAddress('127.0.0.2', { label: 'two', advertised: '198.51.100.9' });
  const addresses = new LocalAddresses([FIRST, ONE, advertised], false, noRoute);
  assert.equal(addresses.byHost('127.0.0.2', 4), advertised);
});

test('an unknown host is added at its first use and kept', () => {
  const addresses = new LocalAddresses([FIRST], false, noRoute);
  const added = addresses.byHost('127.0.0.9', 4);
  assert.deepEqual(added, localAddress('127.0.0.9'));
  assert.equal(addresses.byHost('127.0.0.9', 4), added);
  assert.equal(addresses.newest(4), added);
  assert.equal(addresses.default, FIRST);
});

test('the any-addresses are known as such', () => {
  const addresses = new LocalAddresses([FIRST], false, noRoute);
  assert.equal(addresses.byHost('0.0.0.0', 4).wildcard, true);
  assert.equal(addresses.byHost('::', 6).wildcard, true);
  assert.equal(addresses.byHost('::1', 6).wildcard, false);
});

test('a family gets its newest address, those added by commands included', () => {
  const addresses = new LocalAddresses([FIRST], false, noRoute);
  assert.equal(addresses.newest(6), undefined);
  const added = addresses.byHost('::1', 6);
  assert.equal(addresses.newest(6), added);
  assert.equal(addresses.newest(4), FIRST);
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
  new LocalAddresses(configured, false, noRoute).byHost('127.0.0.9', 4);
  assert.deepEqual(configured, [FIRST]);
});

test('many named addresses make the oldest of them give way, and none of the command line', () => {
  const addresses = new LocalAddresses([FIRST, ONE], false, noRoute);
  const six = addresses.byHost('::1', 6);
  for (let i = 0; i < 255; i++) addresses.byHost(`10.0.0.${i}`, 4);
  assert.equal(addresses.newest(6), six);
  const newest = addresses.byHost('10.0.1.0', 4);
  assert.equal(addresses.newest(6), undefined);
  assert.equal(addresses.newest(4), newest);
  assert.deepEqual([addresses.byHost('127.0.0.1', 4), addresses.byLabel('one')], [FIRST, ONE]);
});
