import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EVENT, EVENT_KINDS } from '../../src/addon/contract.ts';
import type { NativeEngine, SessionHandle } from '../../src/addon/types.ts';
import { until } from '../helpers/deadline.ts';
import { drain, openCall, openEngine } from './native-engine.ts';
import { DEADLINE_MS, Phone, rtp } from './phone.ts';

const TIMEOUT = EVENT_KINDS.indexOf('timeout');
const PREFILLED = EVENT_KINDS.indexOf('prefilled');
const ON_HOLD = EVENT_KINDS.indexOf('onHold');
const LATCHED = EVENT_KINDS.indexOf('latched');

/** `struct Event` of native/engine/events.h, byte by byte. */
interface Record {
  readonly session: SessionHandle;
  readonly kind: number;
  readonly leg: number;
  readonly rtcp?: number;
  readonly family?: 0 | 4 | 6;
  readonly port?: number;
  readonly seq?: number;
  readonly ssrc?: number;
  readonly value?: number;
  readonly ip?: readonly number[];
}

function encode(record: Record): Buffer {
  const bytes = Buffer.alloc(EVENT.size);
  bytes.writeDoubleLE(record.session, 0);
  bytes.writeUInt8(record.kind, 8);
  bytes.writeUInt8(record.leg, 9);
  bytes.writeUInt8(record.rtcp ?? 0, 10);
  bytes.writeUInt8(record.family ?? 0, 11);
  bytes.writeUInt16LE(record.port ?? 0, 12);
  bytes.writeUInt16LE(record.seq ?? 0, 14);
  bytes.writeUInt32LE(record.ssrc ?? 0, 16);
  bytes.writeUInt32LE(record.value ?? 0, 20);
  bytes.writeUInt8(record.ssrc === undefined ? 0 : 1, 24);
  bytes.set(record.ip ?? [], 32);
  return bytes;
}

const LOOPBACK_4 = [127, 0, 0, 1];
const LOOPBACK_6 = [...new Array(15).fill(0), 1];

test('records of a signalled address carry it', (t) => {
  const engine = openEngine(t);
  const session = engine.createSession(60, 60);
  engine.setPeer(session, 1, 'address', false, '127.0.0.1', 4000);
  engine.setPeer(session, 0, 'address', false, '::1', 65535);
  engine.sync();
  const four = { session, kind: PREFILLED, leg: 1, family: 4, ip: LOOPBACK_4 } as const;
  const six = { session, kind: PREFILLED, leg: 0, family: 6, ip: LOOPBACK_6 } as const;
  assert.deepEqual(drain(engine), [
    encode({ ...four, rtcp: 0, port: 4000 }),
    encode({ ...four, rtcp: 1, port: 4001 }),
    encode({ ...six, rtcp: 0, port: 65535 }),
    encode({ ...six, rtcp: 1, port: 0 }),
  ]);
});

test('a record behind which stands a packet carries SSRC and sequence number', async (t) => {
  const engine = openEngine(t);
  const { session, ports } = await openCall(engine);
  const phone = await Phone.open(t);
  engine.setPeer(session, 0, 'address', false, '127.0.0.1', phone.port);
  engine.sync();
  drain(engine);
  await phone.send(ports[0], rtp(0xfffe, 0xfedcba98));
  const records = await nextRecords(engine);
  const latched = { session, kind: LATCHED, leg: 0, family: 4, port: phone.port, ip: LOOPBACK_4 } as const;
  assert.deepEqual(records, [encode({ ...latched, seq: 0xfffe, ssrc: 0xfedcba98 })]);
});

test('a session that times out is reported once, with the number of its timer starts', async (t) => {
  const engine = openEngine(t);
  const { session } = await openCall(engine);
  engine.restart(session);
  engine.setTtl(session, 0, 0);
  const records = await nextRecords(engine);
  // The call's completion was the first of them.
  assert.deepEqual(records, [encode({ session, kind: TIMEOUT, leg: 0, value: 3 })]);
  engine.restart(session);
  assert.deepEqual(await nextRecords(engine), [encode({ session, kind: TIMEOUT, leg: 0, value: 4 })]);
});

test('as many records are taken as the buffer has room for, and none is lost', (t) => {
  const engine = openEngine(t);
  const session = engine.createSession(60, 60);
  engine.setPeer(session, 0, 'hold', false, '', 0);
  engine.setPeer(session, 1, 'hold', false, '', 0);
  engine.sync();
  assert.equal(engine.drainEvents(Buffer.alloc(0)), 0);
  const buffer = Buffer.alloc(EVENT.size + EVENT.size - 1, 0xee);
  assert.equal(engine.drainEvents(buffer), 1);
  assert.deepEqual(buffer.subarray(0, EVENT.size), encode({ session, kind: ON_HOLD, leg: 0 }));
  assert.ok(buffer.subarray(EVENT.size).every((byte) => byte === 0xee));
  assert.equal(engine.drainEvents(new Uint8Array(2 * EVENT.size)), 2);
  assert.equal(engine.drainEvents(Buffer.alloc(2 * EVENT.size)), 1);
  assert.equal(engine.drainEvents(buffer), 0);
});

test('a view that starts inside its buffer is filled where it starts', (t) => {
  const engine = openEngine(t);
  const session = engine.createSession(60, 60);
  engine.setPeer(session, 0, 'hold', false, '', 0);
  engine.sync();
  const whole = Buffer.alloc(EVENT.size + 24);
  assert.equal(engine.drainEvents(whole.subarray(8, 8 + EVENT.size)), 1);
  assert.deepEqual(whole.subarray(8, 8 + EVENT.size), encode({ session, kind: ON_HOLD, leg: 0 }));
  assert.ok(whole.subarray(0, 8).every((byte) => byte === 0));
});

test('many records cost few callbacks', async (t) => {
  let calls = 0;
  const engine = openEngine(t, {}, () => calls++);
  const session = engine.createSession(60, 60);
  for (let i = 0; i < 200; i++) {
    engine.setPeer(session, 0, 'hold', false, '', 0);
    engine.setPeer(session, 0, 'address', false, '127.0.0.1', 4000 + i);
  }
  engine.sync();
  assert.equal(calls, 0, 'nothing calls while JavaScript runs');
  await until(() => calls > 0, DEADLINE_MS, 'callback');
  assert.equal(calls, 1);
});

test('without verbose only what sessions live by is reported', (t) => {
  const engine = openEngine(t, { verbose: false });
  const session = engine.createSession(60, 60);
  engine.setPeer(session, 0, 'address', false, '127.0.0.1', 4000);
  engine.setPeer(session, 0, 'hold', false, '', 0);
  engine.sync();
  assert.equal(drain(engine).length, 0);
});

/** The records of the next batch. */
async function nextRecords(engine: NativeEngine): Promise<Buffer[]> {
  const records: Buffer[] = [];
  await until(
    () => {
      records.push(...drain(engine));
      return records.length > 0;
    },
    DEADLINE_MS,
    'event',
  );
  return records;
}
