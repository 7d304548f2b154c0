import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError } from '../../../src/config/config-error.ts';
import { parseHttpAddress } from '../../../src/config/http-address.ts';

test('addresses of --http', () => {
  const tcp = (text: string, host: string, port: number) =>
    assert.deepEqual(parseHttpAddress(text, '/'), { kind: 'tcp', text, host, port });
  tcp('127.0.0.1:9101', '127.0.0.1', 9101);
  tcp('0.0.0.0:0', '0.0.0.0', 0);
  tcp('[::1]:65535', '::1', 65535);
  assert.deepEqual(parseHttpAddress('unix:/run/http', '/start'), {
    kind: 'unix',
    text: 'unix:/run/http',
    path: '/run/http',
  });
  const path = '/start/http';
  assert.deepEqual(parseHttpAddress('unix:http', '/start'), { kind: 'unix', text: `unix:${path}`, path });
});

test('what is none', () => {
  const wrong = [
    '',
    '9101',
    ':9101',
    '127.0.0.1',
    '127.0.0.1:',
    '127.0.0.1:65536',
    '127.0.0.1:x',
    'localhost:80',
    '*:80',
  ];
  for (const text of [
    ...wrong,
    '::1:80',
    '[127.0.0.1]:80',
    '[::1]',
    '300.0.0.1:80',
    'unix:',
    '/run/http',
    'http://127.0.0.1:80',
  ]) {
    const message = `${text}: --http takes 127.0.0.1:PORT, [::1]:PORT or unix:PATH`;
    assert.throws(
      () => parseHttpAddress(text, '/'),
      (error) => error instanceof ConfigError && error.message === message,
      text,
    );
  }
  assert.throws(() => parseHttpAddress(`unix:/${'a'.repeat(107)}`, '/'), /socket name is too long/);
});
