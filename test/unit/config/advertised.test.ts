import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkAdvertised } from '../../../src/config/advertised.ts';
import { ConfigError } from '../../../src/config/config-error.ts';

for (const text of ['192.0.2.1', '2001:db8::1', '::', 'inside.example', 'host', 'a-b.c_d', 'host.', '1and1.example']) {
  test(`${text} can be advertised`, () => checkAdvertised(text, 'address'));
}

for (const text of [
  ...[
    '300.1.1.1',
    '1.2.3',
    '7',
    '192.0.2.1:5',
    '[::1]',
    'fe80::1%eth0',
    'a b',
    'a/b',
    'a"b',
    'a\r\nb',
    '-a',
    'a..b',
    '*',
  ],
]) {
  test(`${JSON.stringify(text)} cannot be advertised`, () => {
    const check = () => checkAdvertised(text, 'address');
    assert.throws(check, (error) => error instanceof ConfigError && error.message === `${text}: address is invalid`);
  });
}

test('a name of any length can be advertised, as with the C daemon', () => {
  for (const text of ['x'.repeat(490), 'z'.repeat(900), `${'x.'.repeat(127)}x`]) checkAdvertised(text, 'address');
});

test('an empty text is not named in the complaint', () => {
  assert.throws(() => checkAdvertised('', 'address'), { message: 'address is invalid' });
});
