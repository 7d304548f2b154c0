import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EVENT, EVENT_KINDS, type EventKind } from '../../../src/addon/contract.ts';
import { decodeEvents } from '../../../src/addon/events.ts';

/** A record with every field set to something of its own. */
function record(kind: EventKind, family: 0 | 4 | 6 = 4): Buffer {
  const bytes = Buffer.alloc(EVENT.size);
  bytes.writeDoubleLE(2 ** 52 + 3, 0);
  bytes.set([EVENT_KINDS.indexOf(kind), 1, 1, family], 8);
  bytes.writeUInt16LE(0xabcd, 12);
  bytes.writeUInt16LE(0xfedc, 14);
  bytes.writeUInt32LE(0xdeadbeef, 16);
  bytes.writeUInt32LE(0xcafebabe, 20);
  bytes.set([1, 3, 2], 24);
  bytes.set([10, 20, 30, 255], 32);
  return bytes;
}

function decode(bytes: Buffer) {
  const [event, ...more] = decodeEvents(bytes, 1);
  assert.ok(event !== undefined);
  assert.equal(more.length, 0);
  return event;
}

test('every field of a record is read from its place', () => {
  assert.deepEqual(decode(record('latched')), {
    kind: 'latched',
    session: 2 ** 52 + 3,
    leg: 1,
    channel: 'RTCP',
    address: '10.20.30.255:43981',
    port: 43981,
    ssrc: 0xdeadbeef,
    seq: 65244,
    value: 0xcafebabe,
  });
});

test('what a number stands for in a record of its kind is told by name', () => {
  const ignored = decode(record('ignored'));
  assert.equal(ignored.kind === 'ignored' && ignored.reason, 'otherHost');
  const taken = decode(record('taken'));
  assert.deepEqual(taken.kind === 'taken' && [taken.rule, taken.packets], ['better, early', 2]);
  const denied = decode(record('denied'));
  assert.deepEqual(denied.kind === 'denied' && [denied.denial, denied.way], ['listed', 'copied']);
});

test('a record of zeros behind its kind', () => {
  const bytes = Buffer.alloc(EVENT.size);
  bytes.writeUInt8(EVENT_KINDS.indexOf('moved'), 8);
  assert.deepEqual(decode(bytes), {
    ...{
      kind: 'moved',
      session: 0,
      leg: 0,
      channel: 'RTP',
      address: '',
      port: 0,
      ssrc: undefined,
      seq: 0,
      value: 0,
    },
  });
});

test('IPv6 addresses are written as RFC 5952 wants it', () => {
  const texts: readonly (readonly [string, string])[] = [
    ['00000000000000000000000000000001', '[::1]:43981'],
    ['20010db8000000000000000000000001', '[2001:db8::1]:43981'],
    ['20010db8000000010000000000000001', '[2001:db8:0:1::1]:43981'],
    ['fe80000000000000000000000000abcd', '[fe80::abcd]:43981'],
    ['00000000000000000000ffff0a000001', '[::ffff:a00:1]:43981'],
    ['0102030405060708090a0b0c0d0e0f10', '[102:304:506:708:90a:b0c:d0e:f10]:43981'],
    ['00000000000000000000000000000000', '[::]:43981'],
  ];
  for (const [hex, text] of texts) {
    const bytes = record('prefilled', 6);
    bytes.set(Buffer.from(hex, 'hex'), 32);
    assert.equal(decode(bytes).address, text);
  }
});

test('without an address there is no text, whatever the bytes', () => {
  assert.equal(decode(record('ssrcChanged', 0)).address, '');
});

test('as many records are read as there are, in their order', () => {
  const bytes = Buffer.concat([record('timeout'), record('moved'), Buffer.alloc(EVENT.size)]);
  assert.deepEqual(
    decodeEvents(bytes, 2).map(({ kind }) => kind),
    ['timeout', 'moved'],
  );
  assert.deepEqual(decodeEvents(bytes, 0), []);
});

test('every kind is read by its number, and no other', () => {
  for (const kind of EVENT_KINDS) assert.equal(decode(record(kind)).kind, kind);
  for (const number of [EVENT_KINDS.length, 200, 255]) {
    const bytes = record('latched');
    bytes.writeUInt8(number, EVENT.fields.kind.offset);
    assert.throws(() => decodeEvents(bytes, 1), RangeError);
  }
});

test('so are the numbers in a record', () => {
  const bytes = record('ignored');
  bytes.writeUInt8(200, EVENT.fields.detail.offset);
  assert.throws(() => decodeEvents(bytes, 1), RangeError);
});
