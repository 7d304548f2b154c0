import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HostError, hostResolver } from '../../../src/config/resolve-host.ts';
import type { Family } from '../../../src/protocol/local-address.ts';

const NO_NAME = 'Name or service not known';

/** The address, or the message of the error after `! `; `asked` when the resolver was needed. */
async function find(host: string, family: Family, useDns = true): Promise<string> {
  try {
    return await hostResolver(useDns, () => Promise.resolve('asked'))(host, family);
  } catch (error) {
    assert(error instanceof HostError);
    return `! ${error.message}`;
  }
}

test('numeric hosts are never looked up', async (t) => {
  const cases: readonly (readonly [host: string, family: Family, expected: string])[] = [
    ['127.0.0.1', 4, '127.0.0.1'],
    ['127.1', 4, '127.0.0.1'],
    ['0', 4, '0.0.0.0'],
    ['300.1.1.1', 4, `! ${NO_NAME}`],
    ['1.2.3.', 4, `! ${NO_NAME}`],
    ['', 4, `! ${NO_NAME}`],
    ['::1', 4, '! Address family for hostname not supported'],
    ['::1', 6, '::1'],
    ['2001:DB8:0::1', 6, '2001:db8::1'],
    ['::ffff:192.0.2.1', 6, '::ffff:192.0.2.1'],
    ['1:2', 6, `! ${NO_NAME}`],
    ['fe80::1%lo', 6, `! ${NO_NAME}`],
    ['', 6, `! ${NO_NAME}`],
    ['127.0.0.1', 6, '! Address family for hostname not supported'],
    ['localhost', 4, 'asked'],
    ['cafe', 6, 'asked'],
  ];
  for (const [host, family, expected] of cases) {
    await t.test(`${host} ${family}`, async () => assert.equal(await find(host, family), expected));
  }
});

test('without DNS names are unknown', async () => {
  assert.equal(await find('localhost', 4, false), `! ${NO_NAME}`);
  assert.equal(await find('127.0.0.1', 4, false), '127.0.0.1');
});

test('the resolver of the system', async () => {
  assert.equal(await hostResolver(true)('localhost', 4), '127.0.0.1');
  await assert.rejects(hostResolver(true)('a..b', 4), HostError);
});
