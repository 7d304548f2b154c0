import assert from 'node:assert/strict';
import { constants } from 'node:os';
import { test } from 'node:test';
import { SESSION_FIELDS, TOTAL_FIELDS } from '../../src/addon/stats-types.ts';
import { type NativeEngine, PEER_KIND } from '../../src/addon/types.ts';
import { until } from '../helpers/deadline.ts';
import { drain, openCall, openEngine, openPorts } from './native-engine.ts';
import { DEADLINE_MS, Phone, rtp } from './phone.ts';

const { EAFNOSUPPORT, EADDRINUSE, EADDRNOTAVAIL, EBADF } = constants.errno;
/** A handle is generation * SLOTS + slot. */
const SLOTS = 2 ** 24;
const fields = () => new Float64Array(SESSION_FIELDS.length);

function field(values: Float64Array, name: string): number {
  return values[SESSION_FIELDS.indexOf(name)] ?? Number.NaN;
}

function total(engine: NativeEngine, name: (typeof TOTAL_FIELDS)[number]): number {
  const values = new Float64Array(TOTAL_FIELDS.length);
  engine.totals(values);
  return values[TOTAL_FIELDS.indexOf(name)] ?? Number.NaN;
}

/** What every call with a handle answers to this one. */
function answers(engine: NativeEngine, session: number): Record<string, number> {
  return {
    openLeg: engine.openLeg(session, 0, '127.0.0.1', 40000, -1),
    complete: engine.complete(session),
    setPeer: engine.setPeer(session, 0, PEER_KIND.none, false, '', 0),
    setTtl: engine.setTtl(session, 0, 60),
    restart: engine.restart(session),
    setTos: engine.setTos(session, 0, 1),
    snapshot: engine.snapshot(session, fields()),
    remove: engine.remove(session),
  };
}

test('a stale or made-up handle gives EBADF everywhere', (t) => {
  const engine = openEngine(t);
  const first = engine.createSession(60);
  engine.createSession(60);
  assert.equal(engine.remove(first), 0);
  const handles = [first, 0, 1, -1, -0, 0.5, first + SLOTS, first + 2, 2 * SLOTS - 1, 2 ** 53, -(2 ** 53), 1e308];
  for (const handle of [...handles, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    for (const [call, errno] of Object.entries(answers(engine, handle))) {
      assert.equal(errno, EBADF, `${call}(${handle})`);
    }
  }
});

test('a handle with a fraction is none of ours', (t) => {
  const engine = openEngine(t);
  assert.equal(engine.complete(engine.createSession(60) + 0.5), EBADF);
});

test('a slot is used again only after its session came back, under another generation', (t) => {
  const engine = openEngine(t);
  const first = engine.createSession(60);
  engine.remove(first);
  const second = engine.createSession(60);
  assert.notEqual(second % SLOTS, first % SLOTS, 'the first session is still to be reported');
  assert.equal(engine.nextRetired(fields()), first);
  const third = engine.createSession(60);
  assert.equal(third % SLOTS, first % SLOTS);
  assert.equal(third, first + SLOTS);
  assert.equal(engine.restart(third), 0);
  assert.equal(engine.restart(first), EBADF);
  assert.equal(engine.remove(first), EBADF);
  assert.equal(engine.restart(third), 0, 'the stale handle did no harm');
});

test('every removed session is announced and comes back once', async (t) => {
  let calls = 0;
  const engine = openEngine(t, { workers: 2 }, () => calls++);
  const handles: number[] = [];
  for (let i = 0; i < 10; i++) handles.push((await openCall(engine)).session);
  engine.sync();
  for (const handle of handles) engine.remove(handle);
  await until(() => calls > 0, DEADLINE_MS, 'callback');
  engine.sync();
  const back: number[] = [];
  for (let handle = engine.nextRetired(fields()); handle >= 0; handle = engine.nextRetired(fields())) back.push(handle);
  assert.deepEqual(back.sort(), handles.sort());
});

test('a session that never had ports is announced when it is removed', async (t) => {
  let calls = 0;
  const engine = openEngine(t, {}, () => calls++);
  engine.remove(engine.createSession(60));
  // Otherwise sessions whose ports could not be bound pile up for as long as nothing else happens.
  await until(() => calls > 0, DEADLINE_MS, 'callback');
});

test('openLeg answers what the kernel says, and leaves nothing behind', async (t) => {
  const engine = openEngine(t);
  const first = engine.createSession(60);
  const port = await openPorts(engine, first, 0);
  const second = engine.createSession(60);
  assert.equal(engine.openLeg(second, 0, '127.0.0.1', port, -1), EADDRINUSE, 'RTP port taken');
  assert.equal(engine.openLeg(second, 0, '127.0.0.1', port - 1, -1), EADDRINUSE, 'RTCP port taken');
  assert.equal(engine.openLeg(second, 0, '203.0.113.1', port, -1), EADDRNOTAVAIL);
  assert.equal(engine.openLeg(second, 0, '127.0.0.2', port, -1), 0, 'another address');
  engine.remove(first);
  engine.sync();
  assert.equal(engine.openLeg(second, 1, '127.0.0.1', port, -1), 0, 'free after sync');
  const before = await openPorts(engine, second, 0);
  await openPorts(engine, second, 0);
  engine.sync();
  assert.equal(engine.openLeg(second, 1, '127.0.0.1', before, -1), 0, 'the leg gave back its earlier ports');
});

test('the TOS byte is that of IPv4 legs', async (t) => {
  const engine = openEngine(t);
  const session = engine.createSession(60);
  assert.equal(engine.setTos(session, 0, 4), 0, 'no ports yet');
  await openPorts(engine, session, 0);
  await openPorts(engine, session, 1, '::1');
  assert.equal(engine.setTos(session, 0, 300), 0);
  assert.equal(engine.setTos(session, 1, 4), EAFNOSUPPORT);
});

test('a snapshot has the figures of the call, and so has the last report', async (t) => {
  const engine = openEngine(t);
  const { session, ports } = await openCall(engine);
  const callee = await Phone.open(t);
  const caller = await Phone.open(t);
  engine.setPeer(session, 0, PEER_KIND.address, false, '127.0.0.1', callee.port);
  engine.setPeer(session, 1, PEER_KIND.address, false, '127.0.0.1', caller.port);
  for (const seq of [1, 2, 2, 5]) await callee.send(ports[0], rtp(seq, 7));
  await caller.gets(4);
  await callee.send(ports[0], Buffer.from('xy'));
  await caller.send(ports[1], rtp(100, 9));
  await caller.gets(5);
  await callee.gets(1);
  await (await Phone.open(t)).send(ports[1], rtp(9, 1));
  await until(() => total(engine, 'packets_discarded') === 1, DEADLINE_MS, 'stranger ignored');

  const values = fields().fill(-1);
  assert.equal(engine.snapshot(session, values), 0);
  const expected = {
    ttl: 60,
    ...{ leg0_rtp_in: 5, leg0_rtp_relayed: 5, leg0_rtp_dropped: 0, leg0_rtp_ignored: 0, leg0_rtcp_in: 0 },
    ...{ leg0_sent: 5, leg0_received: 3, leg0_duplicates: 1, leg0_parse_errors: 1, leg0_ssrc: 7, leg0_ssrc_changes: 1 },
    ...{ leg1_rtp_in: 1, leg1_rtp_relayed: 1, leg1_rtp_dropped: 0, leg1_rtp_ignored: 1, leg1_ssrc: 9 },
  };
  for (const [name, value] of Object.entries(expected)) assert.equal(field(values, name), value, name);
  const now = Date.now() / 1000;
  assert.ok(Math.abs(field(values, 'leg0_first_in') - now) < 10);
  assert.ok(field(values, 'leg0_last_in') >= field(values, 'leg0_first_in'));
  assert.ok(field(values, 'leg0_longest_ipi') > 0);
  assert.equal(total(engine, 'packets_received'), 7);
  assert.equal(total(engine, 'packets_relayed'), 6);

  engine.remove(session);
  engine.sync();
  const last = fields().fill(-1);
  assert.equal(engine.nextRetired(last), session);
  assert.deepEqual([...last].slice(1), [...values].slice(1));
  assert.equal(engine.nextRetired(last), -1);
});

test('an array stays as it is when the handle is stale, and behind the fields', (t) => {
  const engine = openEngine(t);
  const values = new Float64Array(SESSION_FIELDS.length + 2).fill(-1);
  assert.equal(engine.snapshot(1, values), EBADF);
  assert.ok(values.every((value) => value === -1));
  assert.equal(engine.snapshot(engine.createSession(5), values), 0);
  assert.deepEqual([...values.slice(SESSION_FIELDS.length)], [-1, -1]);
  assert.equal(values[0], 5);
});

test('packets count for nothing before the session is complete', async (t) => {
  const engine = openEngine(t);
  const session = engine.createSession(60);
  const port = await openPorts(engine, session, 0);
  const phone = await Phone.open(t);
  await phone.send(port, rtp(1));
  await until(() => total(engine, 'packets_discarded') === 1, DEADLINE_MS, 'packet thrown away');
  assert.equal(total(engine, 'packets_received'), 0);
  assert.equal(drain(engine).length, 0);
});
