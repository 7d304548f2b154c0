import assert from 'node:assert/strict';
import { constants } from 'node:os';
import { test } from 'node:test';
import { peerText } from '../../src/addon/endpoint.ts';
import { sessionFigures, sessionRow, sessionRows } from '../../src/addon/figures.ts';
import { KeptSnapshot } from '../../src/addon/kept-snapshot.ts';
import type { NativeEngine, SessionHandle } from '../../src/addon/types.ts';
import { until } from '../helpers/deadline.ts';
import { sessionHandle } from '../helpers/session-handle.ts';
import { drain, openCall, openEngine, openPorts, snapshot } from './native-engine.ts';
import { DEADLINE_MS, Phone, rtp } from './phone.ts';

const { EAFNOSUPPORT, EADDRINUSE, EADDRNOTAVAIL, EBADF } = constants.errno;
/** A handle is generation * SLOTS + slot. */
const SLOTS = 2 ** 24;

/** What every call with a handle answers to this one. */
function answers(engine: NativeEngine, session: SessionHandle): Record<string, number> {
  return {
    openLeg: engine.openLeg(session, 0, '127.0.0.1', 40000, -1),
    complete: engine.complete(session),
    setPeer: engine.setPeer(session, 0, 'none', false, '', 0),
    setTtl: engine.setTtl(session, 0, 60),
    restart: engine.restart(session),
    setTos: engine.setTos(session, 0, 1),
    snapshot: engine.snapshot(session, sessionRow()),
    remove: engine.remove(session),
  };
}

test('a stale or made-up handle gives EBADF everywhere', (t) => {
  const engine = openEngine(t);
  const first = engine.createSession(60, 60);
  engine.createSession(60, 60);
  assert.equal(engine.remove(first), 0);
  const handles = [first, 0, 1, -1, -0, 0.5, first + SLOTS, first + 2, 2 * SLOTS - 1, 2 ** 53, -(2 ** 53), 1e308];
  for (const handle of [...handles, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    for (const [call, errno] of Object.entries(answers(engine, sessionHandle(handle)))) {
      assert.equal(errno, EBADF, `${call}(${handle})`);
    }
  }
});

test('a handle with a fraction is none of ours', (t) => {
  const engine = openEngine(t);
  assert.equal(engine.complete(sessionHandle(engine.createSession(60, 60) + 0.5)), EBADF);
});

test('a slot is used again only after its session came back, under another generation', (t) => {
  const engine = openEngine(t);
  const first = engine.createSession(60, 60);
  engine.remove(first);
  const second = engine.createSession(60, 60);
  assert.notEqual(second % SLOTS, first % SLOTS, 'the first session is still to be reported');
  assert.equal(engine.nextRetired(sessionRow()), first);
  const third = engine.createSession(60, 60);
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
  const handles: SessionHandle[] = [];
  for (let i = 0; i < 10; i++) handles.push((await openCall(engine)).session);
  engine.sync();
  for (const handle of handles) engine.remove(handle);
  await until(() => calls > 0, DEADLINE_MS, 'callback');
  engine.sync();
  const back: number[] = [];
  for (let handle = engine.nextRetired(sessionRow()); handle >= 0; handle = engine.nextRetired(sessionRow()))
    back.push(handle);
  assert.deepEqual(back.sort(), handles.sort());
});

test('a session that never had ports is announced when it is removed', async (t) => {
  let calls = 0;
  const engine = openEngine(t, {}, () => calls++);
  engine.remove(engine.createSession(60, 60));
  // Otherwise sessions whose ports could not be bound pile up for as long as nothing else happens.
  await until(() => calls > 0, DEADLINE_MS, 'callback');
});

test('openLeg answers what the kernel says, and leaves nothing behind', async (t) => {
  const engine = openEngine(t);
  const first = engine.createSession(60, 60);
  const port = await openPorts(engine, first, 0);
  const second = engine.createSession(60, 60);
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
  const session = engine.createSession(60, 60);
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
  engine.setPeer(session, 0, 'address', false, '127.0.0.1', callee.port);
  engine.setPeer(session, 1, 'address', false, '127.0.0.1', caller.port);
  for (const seq of [1, 2, 2, 5]) await callee.send(ports[0], rtp(seq, 7));
  await caller.gets(4);
  await callee.send(ports[0], Buffer.from('xy'));
  await caller.send(ports[1], rtp(100, 9));
  await caller.gets(5);
  await callee.gets(1);
  await (await Phone.open(t)).send(ports[1], rtp(9, 1));
  await until(() => engine.totals().packetsDiscarded === 1, DEADLINE_MS, 'stranger ignored');

  const figures = snapshot(engine, session);
  const [leg0, leg1] = figures.legs;
  assert.equal(figures.ttl, 60);
  assert.deepEqual(leg0.rtp, { received: 5, relayed: 5, dropped: 0, ignored: 0, refused: 0 });
  assert.equal(leg0.rtcp.received, 0);
  const { sent, received, duplicates, parseErrors, ssrc, ssrcChanges } = leg0;
  assert.deepEqual([sent, received, duplicates, parseErrors, ssrc, ssrcChanges], [5, 3, 1, 1, 7, 1]);
  assert.deepEqual(leg1.rtp, { received: 1, relayed: 1, dropped: 0, ignored: 1, refused: 0 });
  assert.equal(leg1.ssrc, 9);
  assert.equal(peerText(leg0.media), `127.0.0.1:${callee.port}`);
  const now = Date.now() / 1000;
  assert.ok(Math.abs(leg0.firstIn - now) < 10);
  assert.ok(leg0.lastIn >= leg0.firstIn);
  assert.ok(leg0.longestIpi > 0);
  assert.equal(engine.totals().packetsReceived, 7);
  assert.equal(engine.totals().packetsRelayed, 6);

  engine.remove(session);
  engine.sync();
  const last = sessionRow().fill(-1);
  assert.equal(engine.nextRetired(last), session);
  const ended = sessionFigures(last);
  for (const [leg, now] of figures.legs.entries()) {
    const then = ended.legs[leg === 0 ? 0 : 1];
    // The clocks were looked at twice.
    assert.ok(Math.abs(then.addressSince - now.addressSince) < 0.001);
    assert.deepEqual({ ...then, addressSince: now.addressSince }, now);
  }
  assert.equal(engine.nextRetired(last), -1);
});

test('snapshots have the rows of many sessions on several workers, with NaN for stale handles', async (t) => {
  const engine = openEngine(t, { workers: 2 });
  const calls = [await openCall(engine), await openCall(engine), await openCall(engine)];
  const untouched = engine.createSession(7, 60);
  const phone = await Phone.open(t);
  for (const [index, { ports }] of calls.entries()) {
    for (let seq = 0; seq <= index; seq++) await phone.send(ports[0], rtp(seq, 7));
  }
  await until(() => engine.totals().packetsReceived === 6, DEADLINE_MS, 'packets');
  const [first, second, third] = calls.map(({ session }) => session);
  assert.ok(first !== undefined && second !== undefined && third !== undefined);
  engine.remove(second);
  const handles = [third, second, untouched, first, third];
  const rows = sessionRows(handles.length + 1).fill(-1);
  engine.snapshots(Float64Array.from(handles), rows);
  const live = handles.map((_, row) => {
    const kept = new KeptSnapshot();
    return kept.take(rows, row) ? kept.figures : undefined;
  });
  assert.deepEqual(
    live.map((figures) => figures?.legs[0].rtp.received),
    [3, undefined, 0, 1, 3],
  );
  assert.equal(live[2]?.ttl, 7);
  assert.deepEqual(live[4], snapshot(engine, third));
  assert.ok(rows.subarray(handles.length * sessionRow().length).every((value) => value === -1));
  engine.snapshots(new Float64Array(0), rows);
});

test('figures that nobody waits for come with a wake-up, as they were when they were asked for', async (t) => {
  let wakeUps = 0;
  const engine = openEngine(t, { workers: 2 }, () => wakeUps++);
  const calls = [await openCall(engine), await openCall(engine)];
  const untouched = engine.createSession(7, 60);
  const handles = [...calls.map(({ session }) => session), untouched, sessionHandle(2 ** 40)];
  const rows = sessionRows(handles.length);
  assert.equal(engine.takeSnapshots(rows), null);
  assert.equal(engine.askSnapshots(Float64Array.from(handles)), 0);
  assert.equal(engine.askSnapshots(Float64Array.from(handles)), constants.errno.EBUSY);
  // The worker may hand it over in the same pass.
  for (const { session } of calls) engine.remove(session);
  const taken: number[] = [];
  const answered = (): boolean => {
    const count = engine.takeSnapshots(rows);
    if (count !== null) taken.push(count);
    return taken.length > 0 && wakeUps > 0;
  };
  await until(answered, DEADLINE_MS, 'the answer');
  assert.deepEqual(taken, [handles.length]);
  assert.deepEqual(
    handles.map((_, row) => sessionFigures(rows, row).ttl),
    [60, 60, 7, Number.NaN],
  );
  assert.equal(engine.takeSnapshots(rows), null);
  assert.equal(engine.askSnapshots(Float64Array.of(untouched, untouched)), 0);
  assert.equal(engine.takeSnapshots(sessionRow()), 2);
});

test('workers tell of their packets and of their processor time', async (t) => {
  const engine = openEngine(t, { workers: 2 });
  const { ports } = await openCall(engine);
  const phone = await Phone.open(t);
  await phone.send(ports[0], rtp(1, 7));
  await until(() => engine.totals().packetsReceived === 1, DEADLINE_MS, 'packet');
  const workers = engine.workers();
  assert.deepEqual(workers.map(({ packetsReceived }) => packetsReceived).sort(), [0, 1]);
  for (const { cpuSeconds, packetsPerSecond } of workers) {
    assert.ok(cpuSeconds > 0 && cpuSeconds < 60);
    assert.ok(packetsPerSecond <= 1);
  }
});

test('an array stays as it is when the handle is stale, and behind the fields', (t) => {
  const engine = openEngine(t);
  const values = new Float64Array(sessionRow().length + 2).fill(-1);
  assert.equal(engine.snapshot(sessionHandle(1), values), EBADF);
  assert.ok(values.every((value) => value === -1));
  assert.equal(engine.snapshot(engine.createSession(5, 60), values), 0);
  assert.deepEqual([...values.slice(sessionRow().length)], [-1, -1]);
  assert.equal(values[0], 5);
});

test('packets count for nothing before the session is complete', async (t) => {
  const engine = openEngine(t);
  const session = engine.createSession(60, 60);
  const port = await openPorts(engine, session, 0);
  const phone = await Phone.open(t);
  await phone.send(port, rtp(1));
  await until(() => engine.totals().packetsDiscarded === 1, DEADLINE_MS, 'packet thrown away');
  assert.equal(engine.totals().packetsReceived, 0);
  assert.equal(drain(engine).length, 0);
});
