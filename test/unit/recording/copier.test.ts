import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRemoteTarget, parseCopyTarget } from '../../../src/recording/copier.ts';

test('only the exact prefix makes a target remote', () => {
  for (const target of ['udp:', 'udp:127.0.0.1:5000']) assert.ok(isRemoteTarget(target), target);
  for (const target of ['udp', 'UDP:127.0.0.1:5000', 'tcp:127.0.0.1:5000', 'f']) {
    assert.ok(!isRemoteTarget(target), target);
  }
});

test('the port stands behind the last colon', () => {
  assert.deepEqual(parseCopyTarget('udp:127.0.0.1:5000', true), { host: '127.0.0.1', port: 5000 });
  assert.deepEqual(parseCopyTarget('udp:some.name:1', true), { host: 'some.name', port: 1 });
  assert.deepEqual(parseCopyTarget('udp:::1:5000', true), { host: '::1', port: 5000 });
});

test('the RTCP port behind must be one', () => {
  assert.deepEqual(parseCopyTarget('udp:h:65534', true), { host: 'h', port: 65534 });
  for (const port of ['0', '65535', '70000', '-1'])
    assert.equal(parseCopyTarget(`udp:h:${port}`, true), undefined, port);
});

test('without RTCP any number is a port', () => {
  for (const [text, port] of [
    ['0', 0],
    ['65535', 65535],
    ['70000', 4464],
  ] as const) {
    assert.deepEqual(parseCopyTarget(`udp:h:${text}`, false), { host: 'h', port });
  }
  assert.equal(parseCopyTarget('udp:h:-1', false), undefined);
});

test('what is no target', () => {
  for (const target of [
    '',
    '127.0.0.1',
    '127.0.0.1:',
    ':5000',
    '127.0.0.1:x',
    '127.0.0.1:5000x',
    '[::1]:5000',
    '5000',
  ]) {
    assert.equal(parseCopyTarget(`udp:${target}`, true), undefined, target);
    assert.equal(parseCopyTarget(`udp:${target}`, false), undefined, target);
  }
});
