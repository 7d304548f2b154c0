import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError } from '../../../src/config/config-error.ts';
import { checkAdvertised, listenAddresses } from '../../../src/config/listen-address.ts';
import { HostError, hostResolver } from '../../../src/config/resolve-host.ts';
import type { Family } from '../../../src/protocol/local-address.ts';

/** `-l X -6 Y` style words to the list of addresses, one text each: `[label@]host/family[=advertised][ any]`. */
async function listen(words: string, advertised?: string): Promise<string[]> {
  const tokens = words === '' ? [] : words.split(' ');
  const specs: { text: string; family: Family }[] = [];
  for (let i = 0; i < tokens.length; i += 2) {
    specs.push({ text: tokens[i + 1] ?? '', family: tokens[i] === '-6' ? 6 : 4 });
  }
  const slash = advertised?.indexOf('/') ?? -1;
  const pair =
    advertised === undefined
      ? undefined
      : slash < 0
        ? { first: advertised, second: undefined }
        : { first: advertised.slice(0, slash), second: advertised.slice(slash + 1) };
  const resolve = hostResolver(true, (host, family) =>
    host === 'host.example'
      ? Promise.resolve(family === 4 ? '192.0.2.1' : '2001:db8::1')
      : Promise.reject(new HostError('Temporary failure in name resolution')),
  );
  const { addresses, bridge } = await listenAddresses(specs, pair, resolve);
  const texts = addresses.map(({ host, family, label, advertised: shown, wildcard }) =>
    [label === undefined ? '' : `${label}@`, host, `/${family}`, shown === undefined ? '' : `=${shown}`]
      .concat(wildcard ? ' any' : '')
      .join(''),
  );
  return bridge ? ['bridge', ...texts] : texts;
}

const ACCEPTED: readonly (readonly [words: string, advertised: string | undefined, expected: string[]])[] = [
  ['', undefined, ['0.0.0.0/4 any']],
  ['-l *', undefined, ['0.0.0.0/4 any']],
  ['-l 0.0.0.0', undefined, ['0.0.0.0/4 any']],
  ['-6 *', undefined, ['::/6 any']],
  ['-6 ::', undefined, ['::/6 any']],
  ['-6 0:0:0:0:0:0:0:1', undefined, ['::1/6']],
  ['-l host.example', undefined, ['192.0.2.1/4']],
  ['-6 host.example', undefined, ['2001:db8::1/6']],
  ['-l 127.0.0.1=some.name', undefined, ['127.0.0.1/4=some.name']],
  ['-l 127.0.0.1=2001:db8::1', undefined, ['127.0.0.1/4=2001:db8::1']],
  ['-l 127.0.0.1=', undefined, ['127.0.0.1/4']],
  ['-l one@127.0.0.1', undefined, ['one@127.0.0.1/4']],
  ['-l 127.0.0.1 -6 v6@::1', undefined, ['127.0.0.1/4', 'v6@::1/6']],
  ['-l 127.0.0.1 -l a@127.0.0.1 -l b@127.0.0.1=x', undefined, ['127.0.0.1/4', 'a@127.0.0.1/4', 'b@127.0.0.1/4=x']],
  // -A without bridge mode, unlike in the C daemon.
  ['-l 127.0.0.1', '198.51.100.1', ['127.0.0.1/4=198.51.100.1']],
  ['-l 127.0.0.1', '198.51.100.1/198.51.100.2', ['127.0.0.1/4=198.51.100.1']],
  ['-l 127.0.0.1', '/198.51.100.2', ['127.0.0.1/4']],
  ['-l 127.0.0.1=own', '198.51.100.1', ['127.0.0.1/4=own']],
  ['-l 127.0.0.1 -l a@127.0.0.2', '198.51.100.1', ['127.0.0.1/4=198.51.100.1', 'a@127.0.0.2/4']],
  // Bridge mode.
  ['-l 127.0.0.1/127.0.0.2', undefined, ['bridge', '127.0.0.1/4', '127.0.0.2/4']],
  ['-6 ::1/*', undefined, ['bridge', '::1/6', '::/6 any']],
  ['-l /127.0.0.2 -6 ::1', undefined, ['bridge', '::1/6', '127.0.0.2/4']],
  ['-6 /::1 -l 127.0.0.1', undefined, ['bridge', '127.0.0.1/4', '::1/6']],
  ['-l 127.0.0.1/127.0.0.2', 'in/out', ['bridge', '127.0.0.1/4=in', '127.0.0.2/4=out']],
  ['-l 127.0.0.1/127.0.0.2', '/out', ['bridge', '127.0.0.1/4', '127.0.0.2/4=out']],
  ['-l 127.0.0.1/127.0.0.2 -l c@127.0.0.3', undefined, ['bridge', '127.0.0.1/4', '127.0.0.2/4', 'c@127.0.0.3/4']],
];

test('listen addresses', async (t) => {
  for (const [words, advertised, expected] of ACCEPTED) {
    await t.test(`${words} ${advertised ?? ''}`, async () => {
      assert.deepEqual(await listen(words, advertised), expected);
    });
  }
});

const REFUSED: readonly (readonly [words: string, advertised: string | undefined, message: string])[] = [
  [
    '-l 127.0.0.1/127.0.0.2 -6 ::1/::1',
    undefined,
    'either IPv4 or IPv6 should be configured for external interface in bridging mode, not both',
  ],
  [
    '-l 127.0.0.1/127.0.0.2 -6 ::1',
    undefined,
    'either IPv4 or IPv6 should be configured for internal interface in bridging mode, not both',
  ],
  ['-l /127.0.0.2', undefined, 'incomplete configuration of the bridging mode - exactly 2 listen addresses required'],
  [
    '-l 127.0.0.1/127.0.0.2',
    'one',
    'two advertised addresses are required for internal and external interfaces in bridging mode',
  ],
  ['-l a@127.0.0.1/127.0.0.2', undefined, 'bridging address(es) cannot have a label'],
  ['-l /127.0.0.2 -6 a@::1', undefined, 'bridging address(es) cannot have a label'],
  [
    '-l 127.0.0.1/127.0.0.2=x',
    undefined,
    'bridging address(es) cannot have an advertizedaddress, use matching -A argument',
  ],
  ['-l 127.0.0.1 -6 ::1', undefined, 'address label is missing'],
  ['-l 127.0.0.1/127.0.0.2 -l 127.0.0.3', undefined, 'address label is missing'],
  ['-l 127.0.0.1 -l a@127.0.0.1/127.0.0.2', undefined, 'only the first IPv4 listening address can have external part'],
  ['-6 ::1 -6 a@::1/::1', undefined, 'only the first IPv6 listening address can have external part'],
  ['-l a@127.0.0.1 -l a@127.0.0.2', undefined, 'host2bindaddr(127.0.0.2): duplicate label'],
  ['-l nosuch.example', undefined, 'host2bindaddr(nosuch.example): Temporary failure in name resolution'],
  ['-l 300.1.1.1', undefined, 'host2bindaddr(300.1.1.1): Name or service not known'],
  ['-l 127.0.0.1/', undefined, 'host2bindaddr(): Name or service not known'],
  ['-l ::1', undefined, 'host2bindaddr(::1): Address family for hostname not supported'],
  ['-6 1:2', undefined, 'host2bindaddr(1:2): Name or service not known'],
];

test('listen addresses that are refused', async (t) => {
  for (const [words, advertised, message] of REFUSED) {
    await t.test(`${words} ${advertised ?? ''}`, async () => {
      await assert.rejects(listen(words, advertised), (error) => {
        assert(error instanceof ConfigError);
        assert.equal(error.message, message);
        return true;
      });
    });
  }
});

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
