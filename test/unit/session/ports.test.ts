import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PortPairs, PortTable } from '../../../src/session/ports.ts';

const HOST = '127.0.0.1';
const RANGE = { min: 41000, max: 41006, sequential: true };
const always = (): boolean => true;

/** Allocates until nothing is left. */
function allocateAll(table: PortTable, host = HOST): number[] {
  const ports: number[] = [];
  for (let port = table.allocate(host, always); port !== undefined; port = table.allocate(host, always))
    ports.push(port);
  return ports;
}

test('sequential ports ascend and wrap, also past ports that came back in between', () => {
  const table = new PortTable(RANGE);
  const given: (number | undefined)[] = [];
  for (let i = 0; i < 6; i++) {
    const port = table.allocate(HOST, always);
    given.push(port);
    table.release(HOST, port ?? 0);
  }
  assert.deepEqual(given, [41000, 41002, 41004, 41006, 41000, 41002]);
});

test('every pair is given out once, and then none', () => {
  for (const sequential of [true, false]) {
    const table = new PortTable({ ...RANGE, sequential });
    assert.deepEqual(allocateAll(table).sort(), [41000, 41002, 41004, 41006]);
    table.release(HOST, 41004);
    assert.equal(table.allocate(HOST, always), 41004);
    assert.equal(table.allocate(HOST, always), undefined);
  }
});

test('a table of one pair works again and again', () => {
  // Unlike in the C daemon, which never tries the pair given out last (media.md 9).
  const table = new PortTable({ min: 41000, max: 41000, sequential: false });
  for (let i = 0; i < 3; i++) {
    assert.equal(table.allocate(HOST, always), 41000);
    table.release(HOST, 41000);
  }
});

test('pairs of our own sessions are passed over without trying to bind them', () => {
  const table = new PortTable(RANGE);
  const tried: number[] = [];
  const bind = (port: number): boolean => {
    tried.push(port);
    return true;
  };
  for (let i = 0; i < 4; i++) table.allocate(HOST, bind);
  table.release(HOST, 41002);
  assert.equal(table.allocate(HOST, bind), 41002);
  assert.deepEqual(tried, [41000, 41002, 41004, 41006, 41002]);
});

test('a pair that somebody else holds is passed over, and each is tried once', () => {
  for (const sequential of [true, false]) {
    const table = new PortTable({ ...RANGE, sequential });
    const tried: number[] = [];
    const refuse = (port: number): boolean => {
      tried.push(port);
      return false;
    };
    assert.equal(table.allocate(HOST, refuse), undefined);
    assert.deepEqual(tried.sort(), [41000, 41002, 41004, 41006]);
    assert.equal(
      table.allocate(HOST, (port) => port === 41006),
      41006,
    );
  }
});

test('a search that finds nothing does not move the place where the next one starts', () => {
  const table = new PortTable(RANGE);
  for (let i = 0; i < 2; i++) table.allocate(HOST, always);
  assert.equal(
    table.allocate(HOST, () => false),
    undefined,
  );
  table.release(HOST, 41000);
  assert.equal(table.allocate(HOST, always), 41004);
});

test('each address has all the ports', () => {
  const table = new PortTable(RANGE);
  assert.equal(allocateAll(table).length, 4);
  assert.equal(allocateAll(table, '127.0.0.2').length, 4);
  table.release('127.0.0.2', 41000);
  assert.equal(table.allocate(HOST, always), undefined);
  assert.equal(table.allocate('127.0.0.2', always), 41000);
});

test('an error of the binder ends the allocation and takes no pair; the next one starts behind it', () => {
  const table = new PortTable(RANGE);
  const fail = (): boolean => {
    throw new Error('EADDRNOTAVAIL');
  };
  assert.throws(() => table.allocate(HOST, fail), /EADDRNOTAVAIL/);
  assert.deepEqual(allocateAll(table), [41002, 41004, 41006, 41000]);
});

test('random order is another one in every table and in every round', () => {
  const range = { min: 35000, max: 64998, sequential: false };
  const table = new PortTable(range);
  const first = allocateAll(table);
  assert.equal(new Set(first).size, (range.max - range.min) / 2 + 1);
  assert.ok(first.every((port) => port % 2 === 0 && port >= range.min && port <= range.max));
  for (const port of first) table.release(HOST, port);
  assert.notDeepEqual(allocateAll(table), first);
  assert.notDeepEqual(allocateAll(new PortTable(range)), first);
});

test('the last pair of all is usable', () => {
  const table = new PortTable({ min: 65534, max: 65534, sequential: true });
  assert.equal(table.allocate(HOST, always), 65534);
  assert.equal(table.allocate(HOST, always), undefined);
});

test('addresses that come and go leave nothing behind, and pairs in use are never forgotten', () => {
  const table = new PortTable({ min: 41000, max: 41000, sequential: true });
  const hosts = Array.from({ length: 100 }, (_, i) => `10.0.0.${i}`);
  for (const host of hosts) assert.equal(table.allocate(host, always), 41000);
  for (const host of hosts) assert.equal(table.allocate(host, always), undefined);
  for (const host of hosts) {
    table.release(host, 41000);
    assert.equal(
      table.allocate(host, () => false),
      undefined,
    );
  }
  for (const host of hosts) assert.equal(table.allocate(host, always), 41000);
});

test('pairs in use are counted by host, those of other hosts together', () => {
  const pairs = new PortPairs(RANGE, () => {});
  const hosts = [
    { host: HOST, family: 4 },
    { host: '::1', family: 6 },
  ] as const;
  assert.deepEqual(pairs.usage(hosts), { size: 4, used: [0, 0], elsewhere: 0 });
  const open = (): number => 0;
  const first = pairs.allocate(hosts[0], open);
  pairs.allocate(hosts[0], open);
  pairs.allocate({ host: '127.0.0.2', family: 4 }, open);
  assert.deepEqual(pairs.usage(hosts), { size: 4, used: [2, 0], elsewhere: 1 });
  pairs.release(hosts[0], first);
  pairs.release(hosts[0], first);
  assert.deepEqual(pairs.usage(hosts), { size: 4, used: [1, 0], elsewhere: 1 });
});
