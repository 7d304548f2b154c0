import assert from 'node:assert/strict';
import { openSync, readFileSync, writeSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { CONSTANTS, type RecordFormat } from '../../src/addon/contract.ts';
import type { NativeEngine, SessionHandle } from '../../src/addon/types.ts';
import { temporaryDirectory } from '../helpers/cleanup.ts';
import { until } from '../helpers/deadline.ts';
import { freeUdpPort } from '../helpers/udp-port.ts';
import { openCall, openEngine } from './native-engine.ts';
import { DEADLINE_MS, Phone, rtp } from './phone.ts';

const { EADDRINUSE, EADDRNOTAVAIL, EBADF, EBUSY, EINVAL } = constants.errno;
const ADHOC_HEADER = 30;

interface Target {
  readonly path: string;
  readonly recording: number;
}

/** A new file in the hands of the engine. */
function add(t: TestContext, engine: NativeEngine, session: SessionHandle, format: RecordFormat): Target {
  const path = join(temporaryDirectory(t), 'recording');
  const fd = openSync(path, 'wx');
  writeSync(fd, engine.recordingHeader(format));
  const recording = engine.addRecording(session, fd, format);
  assert.ok(recording > 0, `recording ${recording}`);
  return { path, recording };
}

/** The fields of the next report. */
async function report(engine: NativeEngine): Promise<number[]> {
  const reports: number[][] = [];
  const next = (): boolean => {
    const report = engine.nextRecording();
    if (report !== null) reports.push(Object.values(report));
    return report !== null;
  };
  await until(next, DEADLINE_MS, 'report');
  return reports[0] ?? [];
}

test('a pcap file begins with a header, an ad-hoc file with its first record', (t) => {
  const engine = openEngine(t);
  const header = Buffer.from(engine.recordingHeader('pcap')).toString('hex');
  assert.equal(header, 'd4c3b2a1020004000000000000000000ffff000001000000');
  assert.equal(engine.recordingHeader('adhoc').length, 0);
});

test('a recording is closed with the last leg that uses it, and reported', async (t) => {
  const engine = openEngine(t);
  const { session, ports } = await openCall(engine);
  const phone = await Phone.open(t);
  const { path, recording } = add(t, engine, session, 'adhoc');
  assert.equal(engine.record(session, 0, recording, CONSTANTS.noFile, false), 0);
  assert.equal(engine.record(session, 1, recording, CONSTANTS.noFile, false), 0);
  await phone.send(ports[0], rtp(1));
  await phone.send(ports[1], rtp(2));
  await until(() => readFileSync(path).length === 2 * (ADHOC_HEADER + 32), DEADLINE_MS, 'records');
  assert.equal(engine.stopTap(session, 0), 0);
  engine.sync();
  assert.equal(engine.nextRecording(), null);
  assert.equal(engine.stopTap(session, 1), 0);
  assert.equal(engine.stopTap(session, 1), 0);
  assert.deepEqual(await report(engine), [recording, 'closed', 0, 2, 0, -1]);
  assert.equal(engine.record(session, 0, recording, CONSTANTS.noFile, false), EBADF);
});

test('the end of a session closes its recordings', async (t) => {
  const engine = openEngine(t);
  const { session } = await openCall(engine);
  const { path, recording } = add(t, engine, session, 'pcap');
  engine.record(session, 1, recording, recording, true);
  assert.equal(readFileSync(path).length, 24);
  engine.remove(session);
  assert.deepEqual(await report(engine), [recording, 'closed', 0, 0, 0, -1]);
});

test('a recording that nobody uses can be discarded, once', async (t) => {
  const engine = openEngine(t);
  const session = engine.createSession(60, 60);
  const { recording } = add(t, engine, session, 'adhoc');
  assert.equal(engine.discardRecording(recording), 0);
  assert.equal(engine.discardRecording(recording), EBADF);
  assert.equal(engine.record(session, 0, recording, CONSTANTS.noFile, false), EBADF);
  assert.deepEqual(await report(engine), [recording, 'closed', 0, 0, 0, -1]);
  assert.equal(engine.discardRecording(recording), EBADF);
  assert.equal(engine.discardRecording(CONSTANTS.noFile), EBADF);
});

test('a recording in use is not discarded, and one that has ended is not used again', async (t) => {
  const engine = openEngine(t);
  const { session } = await openCall(engine);
  const { recording } = add(t, engine, session, 'adhoc');
  const { recording: spare } = add(t, engine, session, 'adhoc');
  assert.equal(engine.record(session, 0, recording, CONSTANTS.noFile, false), 0);
  assert.equal(engine.discardRecording(recording), EBUSY);
  // The leg goes on as before, without the other one.
  assert.equal(engine.record(session, 0, spare, CONSTANTS.noFile, false), 0);
  assert.equal(engine.discardRecording(spare), 0);
  assert.equal(engine.stopTap(session, 0), 0);
  // Its end was not reported yet.
  assert.equal(engine.record(session, 1, recording, CONSTANTS.noFile, false), EBADF);
  assert.equal(engine.record(session, 1, CONSTANTS.noFile, recording, false), EBADF);
  assert.equal(engine.discardRecording(recording), EBADF);
  const ended = [(await report(engine))[0], (await report(engine))[0]];
  assert.deepEqual(new Set(ended), new Set([recording, spare]));
});

test('packets that cannot become sound wait for their files, and with them the end of the recording', async (t) => {
  const engine = openEngine(t);
  const { session, ports } = await openCall(engine);
  const phone = await Phone.open(t);
  const { path, recording } = add(t, engine, session, 'wav');
  assert.equal(engine.record(session, 0, recording, CONSTANTS.noFile, false), 0);
  const [sound, other] = [rtp(1), rtp(2)];
  other[1] = 18;
  await phone.send(ports[0], sound);
  await phone.send(ports[0], other);
  const [number, kind, , , , payloadType] = await report(engine);
  assert.deepEqual([number, kind, payloadType], [recording, 'undecoded', 18]);
  engine.remove(session);
  engine.sync();

  const beside = join(temporaryDirectory(t), 'beside');
  assert.equal(engine.addCompanion(recording, openSync(beside, 'wx'), 'wav'), -EINVAL);
  const companion = engine.addCompanion(recording, openSync(beside, 'w'), 'adhoc');
  assert.equal(engine.addCompanion(companion, openSync('/dev/null', 'w'), 'adhoc'), -EBADF);
  assert.equal(engine.record(session, 0, companion, CONSTANTS.noFile, false), EBADF);
  assert.equal(engine.discardRecording(companion), EBADF);
  assert.equal(engine.divertRecording(recording, recording, CONSTANTS.noFile), EBADF);
  assert.equal(engine.divertRecording(recording, companion, CONSTANTS.noFile), 0);
  assert.deepEqual(
    new Set([await report(engine), await report(engine)]),
    new Set([
      [recording, 'closed', 0, 1, 0, -1],
      [companion, 'closed', 0, 1, 0, -1],
    ]),
  );
  assert.equal(engine.divertRecording(recording, companion, CONSTANTS.noFile), EBADF);
  assert.ok(readFileSync(beside).subarray(ADHOC_HEADER).equals(other));
  assert.equal(readFileSync(path).length, 44 + 4 * 20);
});

test('a recording belongs to its session', async (t) => {
  const engine = openEngine(t, { workers: 2 });
  const [one, other] = [await openCall(engine), await openCall(engine)];
  const { recording } = add(t, engine, one.session, 'adhoc');
  assert.equal(engine.record(other.session, 0, recording, CONSTANTS.noFile, false), EBADF);
  engine.remove(one.session);
  assert.equal(engine.record(other.session, 0, recording, CONSTANTS.noFile, false), EBADF);
  assert.equal(engine.discardRecording(recording), 0);
});

test('close() writes what is still queued', async (t) => {
  const engine = openEngine(t);
  const { session, ports } = await openCall(engine);
  const phone = await Phone.open(t);
  const { path, recording } = add(t, engine, session, 'adhoc');
  engine.record(session, 0, recording, CONSTANTS.noFile, false);
  await phone.send(ports[0], rtp(1));
  await until(() => engine.totals().packetsReceived > 0, DEADLINE_MS, 'packet');
  engine.close();
  assert.equal(readFileSync(path).length, ADHOC_HEADER + 32);
});

test('a stale session, an unknown recording', (t) => {
  const engine = openEngine(t);
  const session = engine.createSession(60, 60);
  const { recording } = add(t, engine, session, 'adhoc');
  assert.equal(engine.record(session, 0, recording + 1, CONSTANTS.noFile, false), EBADF);
  assert.equal(engine.record(session, 0, CONSTANTS.noFile, recording + 1, false), EBADF);
  engine.remove(session);
  assert.equal(engine.addRecording(session, openSync('/dev/null', 'w'), 'adhoc'), -EBADF);
  assert.equal(engine.record(session, 0, recording, CONSTANTS.noFile, false), EBADF);
  assert.equal(engine.stopTap(session, 0), EBADF);
  assert.equal(engine.copy(session, 0, '127.0.0.1', 40000, '127.0.0.1', 4000, -1, true), EBADF);
});

test('a copy needs both of its ports, and an address of this host', async (t) => {
  const engine = openEngine(t);
  const { session, ports } = await openCall(engine);
  const copy = (host: string, port: number, target = host): number =>
    engine.copy(session, 0, host, port, target, 4000, -1, true);
  assert.equal(copy('127.0.0.1', ports[1]), EADDRINUSE);
  assert.equal(copy('127.0.0.1', ports[1] - 1), EADDRINUSE);
  assert.equal(copy('192.0.2.1', 40000), EADDRNOTAVAIL);
  const free = await freeUdpPort('127.0.0.1');
  const phone = await Phone.open(t);
  assert.equal(engine.copy(session, 0, '127.0.0.1', free, phone.host, phone.port, -1, false), 0);
  const caller = await Phone.open(t);
  await caller.send(ports[0], rtp(7));
  await phone.gets(1);
  assert.deepEqual([phone.received[0], phone.sources[0]], [rtp(7), free]);
});

test('arguments of another shape are refused', (t) => {
  const engine = openEngine(t);
  const session = engine.createSession(60, 60);
  const calls: readonly (readonly [method: string, args: readonly unknown[], error: ErrorConstructor])[] = [
    ['recordingHeader', ['mp3'], RangeError],
    ['addRecording', ['1', 3, 'pcap'], TypeError],
    ['addRecording', [session, '3', 'pcap'], TypeError],
    ['addRecording', [session, -1, 'pcap'], RangeError],
    ['addRecording', [session, 3, 0], TypeError],
    ['addRecording', [session, 3, 'mp3'], RangeError],
    ['discardRecording', [-1], RangeError],
    ['discardRecording', [Number.NaN], RangeError],
    ['record', [session, 2, 0, 0, false], RangeError],
    ['record', [session, 0, -1, 0, false], RangeError],
    ['record', [session, 0, 0, 1.5, false], RangeError],
    ['record', [session, 0, 0, 0, 0], TypeError],
    ['copy', [session, 0, 'localhost', 40000, '127.0.0.1', 4000, -1, true], TypeError],
    ['copy', [session, 0, '127.0.0.1', 65535, '127.0.0.1', 4000, -1, true], RangeError],
    ['copy', [session, 0, '127.0.0.1', 40000, '', 4000, -1, true], TypeError],
    ['copy', [session, 0, '127.0.0.1', 40000, '127.0.0.1', 65536, -1, true], RangeError],
    ['copy', [session, 0, '127.0.0.1', 40000, '127.0.0.1', 4000, -2, true], RangeError],
    ['copy', [session, 0, '127.0.0.1', 40000, '127.0.0.1', 4000, -1, 1], TypeError],
    ['stopTap', [session, 2], RangeError],
  ];
  for (const [method, args, error] of calls) {
    assert.throws(() => Reflect.apply(Reflect.get(engine, method), engine, args), error, `${method} ${args}`);
  }
});
