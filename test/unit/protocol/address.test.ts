import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isWildcard, parseHost, parsePeer, parsePort } from '../../../src/protocol/address.ts';
import type { Family } from '../../../src/protocol/local-address.ts';

const servicePort = (name: string) => (name === 'sip' ? 5060 : undefined);
const peer = (host: string, port = '4000', family: Family = 4) => parsePeer(host, port, family, servicePort);

test('IPv4 in every form of the C library', () => {
  const cases: [string, string][] = [
    ['192.0.2.255', '192.0.2.255'],
    ['127.1.1', '127.1.0.1'],
    ['127.1', '127.0.0.1'],
    ['0x7f.0.0.1', '127.0.0.1'],
    ['0X7F.1', '127.0.0.1'],
    ['1.2.3.04', '1.2.3.4'],
    ['010.1.1.1', '8.1.1.1'],
    ['1.2.65535', '1.2.255.255'],
    ['1.16777215', '1.255.255.255'],
    ['4294967295', '255.255.255.255'],
    ['00000000', '0.0.0.0'],
    ['::ffff:1.2.3.4', '1.2.3.4'],
    ['::FFFF:102:304', '1.2.3.4'],
  ];
  for (const [text, host] of cases) assert.equal(parseHost(text, 4), host, text);
});

test('what is no IPv4 address', () => {
  const names = [
    '',
    '.',
    '1.2.3.',
    '.1.2.3',
    '1..2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '1.2.3.256',
    '1.2.65536',
    '1.16777216',
  ];
  const forms = ['4294967296', '08.1.1.1', '0x.1.1.1', '1.2.3.4x', '1.2.3.4/24', '-1.2.3.4', '+1.2.3.4', '1e1.2.3.4'];
  for (const text of [...names, ...forms, 'localhost', '127.0.0.1 ', '0b1.1.1.1', '::1', '::1.2.3.4']) {
    assert.equal(parseHost(text, 4), undefined, text);
  }
});

test('IPv6 in its canonical form', () => {
  const cases: [string, string][] = [
    ['::', '::'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['::0.0.0.0', '::'],
    ['2001:DB8:0:0::0001', '2001:db8::1'],
    ['::ffff:127.0.0.1', '::ffff:127.0.0.1'],
    ['0000:0000:0000:0000:0000:ffff:255.255.255.255', '::ffff:255.255.255.255'],
  ];
  for (const [text, host] of cases) assert.equal(parseHost(text, 6), host, text);
});

test('what is no IPv6 address', () => {
  const texts = ['', ':', '127.0.0.1', '[::1]', 'gggg::', '1:2:3:4:5', '1:2:3:4:5:6:7:8:9', '1::2::3', '00001::'];
  for (const text of [...texts, '::1.2.3', '::01.2.3.4', 'fe80::1%lo', '::1%', '::1 ']) {
    assert.equal(parseHost(text, 6), undefined, text);
  }
});

test('the any-address', () => {
  assert.equal(isWildcard('0.0.0.0'), true);
  assert.equal(isWildcard('::'), true);
  assert.equal(isWildcard('0.0.0.1'), false);
  assert.equal(isWildcard('::1'), false);
});

test('ports: decimal, wrapping, or the name of a service', () => {
  const cases: [string, number | undefined][] = [
    ['0', 0],
    ['65535', 65535],
    ['0070', 70],
    ['+5', 5],
    ['65536', 0],
    ['99999', 34463],
    ['4294967301', 5],
    ['9223372036854775813', 5],
    ['\x0b5', 5],
    ['*', 0],
    ['sip', 5060],
  ];
  const bad = [
    'x',
    'SIP',
    '4000x',
    '0x10',
    '40.5',
    '**',
    '-1',
    '-5',
    '2147483648',
    '99999999999999999999',
    '-18446744073709551616',
  ];
  for (const [text, port] of cases) assert.equal(parsePort(text, servicePort), port, text);
  for (const text of bad) assert.equal(parsePort(text, servicePort), undefined, text);
});

test('a peer', () => {
  assert.deepEqual(peer('192.0.2.1'), { kind: 'address', host: '192.0.2.1', family: 4, port: 4000 });
  assert.deepEqual(peer('::1', '+5', 6), { kind: 'address', host: '::1', family: 6, port: 5 });
  assert.deepEqual(peer('0.0.0.0'), { kind: 'hold' });
  assert.deepEqual(peer('0x0.0.0.0'), { kind: 'hold' });
  assert.deepEqual(peer('::', '4000', 6), { kind: 'hold' });
});

test('a text that is no address by its length is ignored, the port with it', () => {
  for (const host of ['0', '1.2.3', '127.1', '::1', 'x'.repeat(16), '2001:db8:0:0:0::1']) {
    assert.deepEqual(peer(host, 'x'), { kind: 'none' }, host);
  }
  assert.deepEqual(peer('1', 'x', 6), { kind: 'none' });
  assert.deepEqual(peer('x'.repeat(46), 'x', 6), { kind: 'none' });
});

test('a text of the right length must be an address and have a port', () => {
  for (const host of ['1.2.3.4.5', 'localhost', 'x'.repeat(7), 'x'.repeat(15), '2001:db8::1']) {
    assert.equal(peer(host), undefined, host);
  }
  for (const host of ['127.0.0.1', '[::1]', 'xx', 'x'.repeat(45)]) assert.equal(peer(host, '1', 6), undefined, host);
  assert.equal(peer('127.0.0.1', 'x'), undefined);
  assert.equal(peer('0.0.0.0', 'x'), undefined);
});
