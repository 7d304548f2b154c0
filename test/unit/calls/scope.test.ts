import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostOf, isAnyAddress, isPublic, outOfReach, portOf } from '../../../src/calls/scope.ts';

test('an address is parted into host and port', () => {
  assert.deepEqual([hostOf('192.0.2.1:4000'), portOf('192.0.2.1:4000')], ['192.0.2.1', 4000]);
  assert.deepEqual([hostOf('[2001:db8::1]:4000'), portOf('[2001:db8::1]:4000')], ['2001:db8::1', 4000]);
  assert.equal(hostOf('media.example'), 'media.example');
  assert.ok(Number.isNaN(portOf('media.example')));
});

test('public addresses are those that mean the same everywhere', () => {
  for (const host of ['192.0.2.1', '100.63.255.255', '172.32.0.1', '2001:db8::1', 'media.example']) {
    assert.ok(isPublic(host), host);
  }
  for (const host of ['10.0.0.1', '172.16.0.1', '192.168.1.1', '100.64.0.1', '169.254.1.1', '127.0.0.1']) {
    assert.ok(!isPublic(host), host);
  }
  for (const host of ['::1', 'fe80::1', 'fd00::1', '::', '0.0.0.0']) assert.ok(!isPublic(host), host);
  assert.ok(isAnyAddress('0.0.0.0') && isAnyAddress('::') && !isAnyAddress('::1'));
});

test('a private address is out of reach of all but its own network', () => {
  assert.ok(outOfReach('10.0.0.1', '203.0.113.1'));
  assert.ok(outOfReach('10.0.0.1', '192.168.1.1'));
  assert.ok(outOfReach('127.0.0.1', '10.0.0.1'));
  assert.ok(outOfReach('fd00::1', '2001:db8::1'));
  assert.ok(!outOfReach('10.0.0.1', '10.9.9.9'));
  assert.ok(!outOfReach('203.0.113.1', '10.0.0.1'));
  assert.ok(!outOfReach('not an address', '10.0.0.1'));
});
