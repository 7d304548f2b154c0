import assert from 'node:assert/strict';
import { constants } from 'node:os';
import { type TestContext, test } from 'node:test';
import { CONSTANTS } from '../../src/addon/contract.ts';
import { sessionRow } from '../../src/addon/figures.ts';
import type { NativeEngine, SessionHandle } from '../../src/addon/types.ts';
import { decodeWatched, type WatchedPacket } from '../../src/addon/watched.ts';
import { until } from '../helpers/deadline.ts';
import { sessionHandle } from '../helpers/session-handle.ts';
import { openCall, openEngine, openPorts, snapshot } from './native-engine.ts';
import { DEADLINE_MS, Phone, rtp } from './phone.ts';

const { EBADF } = constants.errno;
/** A receiver report without blocks (RFC 3550 6.4.2). */
const REPORT = Buffer.from('80c9000112345678', 'hex');

/** What waits, in memory of its own. */
function drain(engine: NativeEngine, limit = 1000): WatchedPacket[] {
  const buffer = Buffer.alloc(4 * CONSTANTS.longestWatched);
  const packets = decodeWatched(buffer, engine.drainWatched(buffer, limit));
  return [...packets].map((packet) => ({ ...packet, data: Buffer.from(packet.data) }));
}

/** An RTP packet of that payload type. */
function typed(payloadType: number, seq: number): Buffer {
  const packet = rtp(seq);
  packet[1] = payloadType;
  return packet;
}

/** A call whose parties are named, and their phones. */
async function openParties(t: TestContext, engine: NativeEngine) {
  const { session, ports } = await openCall(engine);
  const [callee, caller] = [await Phone.open(t), await Phone.open(t)];
  engine.setPeer(session, 0, 'address', false, '127.0.0.1', callee.port);
  engine.setPeer(session, 1, 'address', false, '127.0.0.1', caller.port);
  return { session, ports, callee, caller };
}

test('RTP of the types that are asked for is watched, and nothing else', async (t) => {
  let calls = 0;
  const engine = openEngine(t, {}, () => calls++);
  const { session, ports, callee, caller } = await openParties(t, engine);
  assert.equal(engine.watchPayloads(session, 0, [101, 0], []), 0);
  const before = Date.now() / 1000;
  for (const [seq, type] of [8, 101, 0, 100, 127].entries()) await callee.send(ports[0], typed(type, seq));
  await callee.send(ports[0], Buffer.from('no RTP'));
  await caller.send(ports[1], typed(101, 1));
  await caller.gets(6);
  await callee.gets(1);
  await until(() => calls > 0, DEADLINE_MS, 'callback');
  const packets = drain(engine);
  assert.deepEqual(
    packets.map(({ data }) => (data[1] ?? 0) & 127),
    [101, 0],
  );
  const [first] = packets;
  assert.deepEqual(first?.data, typed(101, 1));
  assert.deepEqual([first?.session, first?.leg, first?.channel], [session, 0, 'RTP']);
  assert.deepEqual(first?.source, { family: 4, host: '127.0.0.1', port: callee.port });
  assert.deepEqual(first?.local, { family: 4, host: '127.0.0.1', port: ports[0] });
  assert.ok(first !== undefined && Math.abs(first.arrivedAt - before) < 5);
  assert.deepEqual([engine.totals().packetsWatched, engine.totals().watchedLost], [2, 0]);
  assert.deepEqual(drain(engine), []);
});

test('what is hidden is watched and goes no further', async (t) => {
  const engine = openEngine(t);
  const { session, ports, callee, caller } = await openParties(t, engine);
  engine.watchPayloads(session, 1, [101], [101, 102]);
  for (const [seq, type] of [101, 102, 8].entries()) await caller.send(ports[1], typed(type, seq));
  await callee.gets(1);
  assert.deepEqual(callee.received, [typed(8, 2)]);
  assert.deepEqual(
    drain(engine).map(({ data }) => data),
    [typed(101, 0)],
  );
  assert.deepEqual(snapshot(engine, session).legs[1].rtp, {
    received: 3,
    relayed: 1,
    dropped: 2,
    ignored: 0,
    refused: 0,
  });
  assert.equal(engine.totals().packetsDiscarded, 2);
  engine.watchPayloads(session, 1, [], []);
  await caller.send(ports[1], typed(101, 3));
  await callee.gets(2);
  assert.deepEqual(drain(engine), []);
  assert.equal(caller.received.length, 0);
});

test('RTCP of all sessions is watched, or none', async (t) => {
  const engine = openEngine(t, { workers: 2 });
  const calls = [await openParties(t, engine), await openParties(t, engine)];
  const send = async () => {
    for (const { ports, callee } of calls) {
      await callee.send(ports[0], rtp(1));
      await callee.send(ports[0] + 1, REPORT);
    }
  };
  await send();
  await until(() => engine.totals().rtcpReceived === 2, DEADLINE_MS, 'RTCP');
  assert.deepEqual(drain(engine), []);
  assert.equal(engine.watchRtcp(true), 0);
  await send();
  await until(() => engine.totals().packetsWatched === 2, DEADLINE_MS, 'watched RTCP');
  const packets = drain(engine);
  assert.deepEqual(packets.map(({ session }) => session).sort(), calls.map(({ session }) => session).sort());
  for (const { leg, channel, data } of packets) assert.deepEqual([leg, channel, data], [0, 'RTCP', REPORT]);
  assert.equal(engine.watchRtcp(false), 0);
  await send();
  await until(() => engine.totals().rtcpReceived === 6, DEADLINE_MS, 'RTCP');
  assert.deepEqual(drain(engine), []);
});

test('a stranger is not watched, nor is a call that is not complete', async (t) => {
  const engine = openEngine(t);
  engine.watchRtcp(true);
  const session = engine.createSession(60, 60);
  const port = await openPorts(engine, session, 0);
  engine.watchPayloads(session, 0, [0], []);
  const early = await Phone.open(t);
  await early.send(port, rtp(1));
  await early.send(port + 1, REPORT);
  await until(() => engine.totals().packetsDiscarded === 2, DEADLINE_MS, 'early packets');
  const { session: complete, ports, caller } = await openParties(t, engine);
  engine.watchPayloads(complete, 1, [0], []);
  await caller.send(ports[1], rtp(1));
  await until(() => engine.totals().packetsWatched === 1, DEADLINE_MS, 'party');
  await early.send(ports[1], rtp(9, 1));
  await until(() => engine.totals().packetsIgnored === 1, DEADLINE_MS, 'stranger');
  assert.equal(drain(engine).length, 1);
});

test('on the wildcard address a packet says where it came to', async (t) => {
  for (const [wildcard, host] of [
    ['0.0.0.0', '127.0.0.1'],
    ['::', '::1'],
  ] as const) {
    const engine = openEngine(t);
    const session = engine.createSession(60, 60);
    const port = await openPorts(engine, session, 0, wildcard);
    await openPorts(engine, session, 1, wildcard);
    engine.complete(session);
    engine.watchPayloads(session, 0, [0], []);
    const phone = await Phone.open(t, host);
    await phone.send(port, rtp(1));
    await until(() => engine.totals().packetsWatched === 1, DEADLINE_MS, host);
    const [packet] = drain(engine);
    assert.deepEqual([packet?.local.host, packet?.local.port], [host, port]);
    assert.deepEqual([packet?.source.host, packet?.source.port], [host, phone.port]);
  }
});

test('what was watched of a session comes before its end', async (t) => {
  const engine = openEngine(t);
  const { session, ports, callee } = await openParties(t, engine);
  engine.watchPayloads(session, 0, [0], []);
  const row = sessionRow();
  for (let seq = 0; seq < 10; seq++) await callee.send(ports[0], rtp(seq));
  await until(() => engine.totals().packetsWatched === 10, DEADLINE_MS, 'packets');
  engine.remove(session);
  engine.sync();
  assert.equal(engine.nextRetired(row), -1);
  assert.equal(drain(engine, 9).length, 9);
  assert.equal(engine.nextRetired(row), -1);
  assert.equal(drain(engine, 9).length, 1);
  assert.equal(engine.nextRetired(row), session);
});

test('what a stream sends beyond its share is counted, and relayed all the same', async (t) => {
  const engine = openEngine(t);
  const { session, ports, callee, caller } = await openParties(t, engine);
  engine.watchPayloads(session, 0, [0], []);
  const long = Buffer.concat([rtp(1), Buffer.alloc(8000)]);
  let sent = 0;
  for (; engine.totals().watchedLost === 0; sent++) {
    await callee.send(ports[0], long);
    await caller.gets(sent + 1);
  }
  const { packetsWatched, watchedLost } = engine.totals();
  assert.deepEqual([packetsWatched + watchedLost, caller.received.length], [sent, sent]);
  let drained = 0;
  for (let packets = drain(engine); packets.length > 0; packets = drain(engine)) {
    drained += packets.length;
    for (const { data } of packets) assert.deepEqual(data, long);
  }
  assert.equal(drained, packetsWatched);
  const another = async () => {
    await callee.send(ports[0], long);
    return drain(engine).length > 0;
  };
  await until(another, DEADLINE_MS, 'another second');
});

test('arguments are checked', (t) => {
  const engine = openEngine(t);
  const session = engine.createSession(60, 60);
  const stale = sessionHandle(session + 1) as SessionHandle;
  assert.equal(engine.watchPayloads(stale, 0, [0], []), EBADF);
  for (const types of [[128], [-1], [0.5], [Number.NaN]]) {
    assert.throws(() => engine.watchPayloads(session, 0, types, []), RangeError);
    assert.throws(() => engine.watchPayloads(session, 0, [], types), RangeError);
  }
  assert.throws(() => engine.watchPayloads(session, 2, [], []), RangeError);
  const small = Buffer.alloc(CONSTANTS.longestWatched - 1);
  assert.throws(() => engine.drainWatched(small, 1), /room for the longest packet/);
  assert.throws(() => engine.drainWatched(Buffer.alloc(CONSTANTS.longestWatched), 0), RangeError);
});
