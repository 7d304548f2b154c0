import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Access } from '../../../src/daemon/access.ts';
import { type AccessRules, DENIALS } from '../../../src/engine/access.ts';
import type { LocalAddress } from '../../../src/protocol/local-address.ts';

function rig(denied: Readonly<Record<string, number>> = {}, advertised?: string) {
  const rules: AccessRules[] = [];
  const asked: string[] = [];
  const engine = {
    setAccess: (given: AccessRules) => void rules.push(given),
    judge: (host: string, port: number) => {
      asked.push(`${host}:${port}`);
      return denied[`${host}:${port}`] ?? DENIALS.none;
    },
  };
  const local: LocalAddress = { host: '10.0.0.5', family: 4, label: undefined, advertised, wildcard: false };
  return { access: new Access(engine, [local]), rules, asked };
}

test('the engine learns where control sockets are', () => {
  const { access, rules } = rig();
  access.protect([{ host: '127.0.0.1', port: 22222 }]);
  assert.deepEqual(rules, [
    { control: [], aliases: [] },
    { control: [{ host: '127.0.0.1', port: 22222 }], aliases: [] },
  ]);
});

test('an advertised address is an alias if it is numeric', () => {
  assert.deepEqual(rig({}, '203.0.113.5').rules, [
    { control: [], aliases: [{ advertised: '203.0.113.5', local: '10.0.0.5' }] },
  ]);
  assert.deepEqual(rig({}, 'media.example.com').rules, [{ control: [], aliases: [] }]);
});

test('the engine is asked about ports of control sockets only, and about that of RTCP too', () => {
  const { access, asked } = rig({ '127.0.0.2:22223': DENIALS.control, '10.0.0.9:22223': DENIALS.listed });
  access.protect([{ host: '0.0.0.0', port: 22223 }]);
  assert.equal(access.reachesControlSocket('127.0.0.2', 4000), false);
  assert.deepEqual(asked, []);
  assert.equal(access.reachesControlSocket('127.0.0.2', 22223), true);
  assert.equal(access.reachesControlSocket('127.0.0.2', 22222), true);
  assert.equal(access.reachesControlSocket('127.0.0.2', 22224), false);
  assert.equal(access.reachesControlSocket('10.0.0.9', 22223), false);
});
