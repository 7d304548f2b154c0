import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AccessRules, AddressBlock } from '../../../src/addon/access.ts';
import type { Denial } from '../../../src/addon/contract.ts';
import { Access } from '../../../src/daemon/access.ts';
import type { LocalAddress } from '../../../src/protocol/local-address.ts';

const PORTS = { firstPort: 0, lastPort: 65535 };
const LISTS = {
  allow: [{ host: '10.1.0.0', prefix: 16, ...PORTS }],
  deny: [
    { host: '10.0.0.0', prefix: 8, ...PORTS },
    { host: '', prefix: 0, firstPort: 1, lastPort: 1023 },
  ],
};

function rig(denied: Readonly<Record<string, Denial>> = {}, advertised?: string) {
  const rules: AccessRules[] = [];
  const asked: string[] = [];
  const engine = {
    setAccess: (given: AccessRules) => void rules.push(given),
    judge: (host: string, port: number) => {
      asked.push(`${host}:${port}`);
      return denied[`${host}:${port}`] ?? 'none';
    },
  };
  const local: LocalAddress = { host: '10.0.0.5', family: 4, label: undefined, advertised, wildcard: false };
  const config = {
    listen: [local],
    controlAllow: [],
    peerAllow: ['10.1.0.0/16'],
    peerDeny: ['10.0.0.0/8', '*:1-1023'],
  };
  return { access: new Access(engine, config), rules, asked, config };
}

test('the engine learns where control sockets are', () => {
  const { access, rules } = rig();
  access.protect([{ host: '127.0.0.1', port: 22222 }]);
  assert.deepEqual(rules, [
    { control: [], aliases: [], ...LISTS },
    { control: [{ host: '127.0.0.1', port: 22222 }], aliases: [], ...LISTS },
  ]);
});

test('an advertised address is an alias if it is numeric', () => {
  assert.deepEqual(rig({}, '203.0.113.5').rules, [
    { control: [], aliases: [{ advertised: '203.0.113.5', local: '10.0.0.5' }], ...LISTS },
  ]);
  assert.deepEqual(rig({}, 'media.example.com').rules, [{ control: [], aliases: [], ...LISTS }]);
});

test('the engine is asked about ports of control sockets only, and about that of RTCP too', () => {
  const { access, asked } = rig({ '127.0.0.2:22223': 'control', '10.0.0.9:22223': 'listed' });
  access.protect([{ host: '0.0.0.0', port: 22223 }]);
  assert.equal(access.reachesControlSocket('127.0.0.2', 4000), false);
  assert.deepEqual(asked, []);
  assert.equal(access.reachesControlSocket('127.0.0.2', 22223), true);
  assert.equal(access.reachesControlSocket('127.0.0.2', 22222), true);
  assert.equal(access.reachesControlSocket('127.0.0.2', 22224), false);
  assert.equal(access.reachesControlSocket('10.0.0.9', 22223), false);
});

test('lists that have changed count at once', () => {
  const { access, rules, config } = rig();
  const allowed: unknown[] = [];
  const control = { allowOnly: (blocks: readonly AddressBlock[]) => void allowed.push(blocks) };
  access.judgeBy({ ...config, controlAllow: ['10.0.0.1'], peerAllow: [], peerDeny: [] }, control);
  assert.deepEqual(allowed, [[{ host: '10.0.0.1', prefix: 32, ...PORTS }]]);
  assert.deepEqual(rules.at(-1), { control: [], aliases: [], allow: [], deny: [] });
});
