import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseNotifyTarget } from '../../../src/config/notify-target.ts';
import type { Peer } from '../../../src/control/transport.ts';
import { NotifyTargets } from '../../../src/notify/targets.ts';

const UNIX: Peer = { transport: 'unix' };
const targets = new NotifyTargets(
  ['tcp:127.0.0.1:4000', 'unix:/run/one', '/run/two', 'tcp:%%CC_SELF%%:5000', '/run/ü'].map(parseNotifyTarget),
);

function at(host: string, port: number, localAddress?: string) {
  return { kind: 'tcp', host, port, localAddress };
}

test('a target is named by the text of its option', () => {
  assert.deepEqual(targets.find('tcp:127.0.0.1:4000', UNIX), at('127.0.0.1', 4000));
  assert.deepEqual(targets.find('unix:/run/one', UNIX), { kind: 'unix', path: '/run/one' });
  assert.equal(targets.find('tcp:localhost:4000', UNIX), undefined);
  assert.equal(targets.find('tcp:127.0.0.1:4001', UNIX), undefined);
  assert.equal(targets.find('/run/three', UNIX), undefined);
  assert.equal(targets.find('', UNIX), undefined);
});

test('a bare path and the path of a unix target are the same, on either side', () => {
  assert.deepEqual(targets.find('/run/one', UNIX), { kind: 'unix', path: '/run/one' });
  assert.deepEqual(targets.find('unix:/run/two', UNIX), { kind: 'unix', path: '/run/two' });
});

test('the bytes of a command are compared with the UTF-8 of the option', () => {
  const bytes = Buffer.from('/run/ü', 'utf8').toString('latin1');
  assert.deepEqual(targets.find(bytes, UNIX), { kind: 'unix', path: '/run/ü' });
});

test('the wildcard leads to the IPv4 address that the command came from', () => {
  const wildcard = 'tcp:%%CC_SELF%%:5000';
  const udp: Peer = { transport: 'udp', host: '127.0.0.7', port: 9, localHost: '127.0.0.2' };
  assert.deepEqual(targets.find(wildcard, udp), at('127.0.0.7', 5000, '127.0.0.2'));
  assert.deepEqual(targets.find(wildcard, { transport: 'udp', host: '127.0.0.7' }), at('127.0.0.7', 5000));
  assert.deepEqual(targets.find(wildcard, { transport: 'tcp', host: '::1', localHost: '::1' }), at('127.0.0.1', 5000));
  assert.deepEqual(targets.find(wildcard, UNIX), at('127.0.0.1', 5000));
  assert.deepEqual(targets.find(wildcard, { transport: 'stdio' }), at('127.0.0.1', 5000));
  assert.equal(targets.find('tcp:%%CC_SELF%%:5001', udp), undefined);
});

test('a daemon without targets says so', () => {
  assert.equal(targets.configured, true);
  assert.equal(new NotifyTargets([]).configured, false);
});
