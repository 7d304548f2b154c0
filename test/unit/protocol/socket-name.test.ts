import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSocketName } from '../../../src/protocol/socket-name.ts';

test('the prefix of a name tells what kind of socket it is', () => {
  assert.deepEqual(parseSocketName('udp6:::1:7'), { kind: 'udp', family: 6, rest: '::1:7' });
  assert.deepEqual(parseSocketName('tcp:*'), { kind: 'tcp', family: 4, rest: '*' });
  for (const kind of ['unix', 'cunix', 'stdio', 'stdioc', 'systemd']) {
    assert.deepEqual(parseSocketName(`${kind}:/x:y`), { kind, family: 4, rest: '/x:y' });
  }
});

test('a text without a known prefix is the path of a unix: socket', () => {
  for (const text of ['', ':', '/run/x', 'upd:127.0.0.1:7', 'UDP:x', ' unix:/x']) {
    assert.deepEqual(parseSocketName(text), { kind: 'unix', family: 4, rest: text });
  }
});
