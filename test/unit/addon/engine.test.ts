import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { beforeEach, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { NativeBackend } from '../../../src/addon/backend.ts';
import {
  type AddressFigures,
  EVENT,
  EVENT_KINDS,
  type LegFigures,
  type SessionFigures,
  WATCHED_PACKET,
} from '../../../src/addon/contract.ts';
import { Engine } from '../../../src/addon/engine.ts';
import { EngineError } from '../../../src/addon/errors.ts';
import { fileLimit, setFileLimit, sourceAddress } from '../../../src/addon/host.ts';
import { KeptSnapshot } from '../../../src/addon/kept-snapshot.ts';
import { REPORTS_PER_TURN } from '../../../src/addon/reports.ts';
import { sessionHandle } from '../../helpers/session-handle.ts';

interface Stub {
  readonly state: {
    calls: unknown[][];
    errno: number;
    events: Buffer[];
    watched: Buffer[];
    retired: number[];
    stale: number[];
    /** Sessions of each question, and whether the last one has its answer. */
    asked: number[][];
    answered: boolean;
    startError: number;
    startStep: string;
    reuse: string;
    backend: NativeBackend;
    callback: () => void;
    closed: boolean;
  };
}

const STUB = fileURLToPath(new URL('stub-native.cjs', import.meta.url));
// Read when the addon is loaded, that is, with the first engine.
process.env.RTPPROXY_NATIVE = STUB;
const { state } = createRequire(import.meta.url)(STUB) as Stub;
const OPTIONS = {
  workers: 2,
  independentTtl: true,
  duplicateSmall: false,
  playTtl: 3600,
  guarded: true,
  verbose: true,
  batchWindow: -1,
  workerCpus: [],
  io: 'auto' as const,
};

beforeEach(() => {
  Object.assign(state, {
    calls: [],
    errno: 0,
    events: [],
    watched: [],
    retired: [],
    stale: [],
    asked: [],
    answered: false,
    startError: 0,
    startStep: '',
    closed: false,
  });
  state.backend = { io: 'sockets', refused: '', step: '', errno: 0 };
});

/** An engine that notes what it tells its listener. */
function listeningEngine() {
  const heard: string[] = [];
  const figures: SessionFigures[] = [];
  const engine = new Engine(OPTIONS, {
    event: (event) => heard.push(`${event.kind} ${event.session}`),
    watched: ({ session, data }) => heard.push(`watched ${session} ${data.length}`),
    retired: (session, stats) => {
      heard.push(`retired ${session}`);
      figures.push(stats);
    },
  });
  state.calls.length = 0;
  return { engine, heard, figures };
}

function record(session: number): Buffer {
  const bytes = Buffer.alloc(EVENT.size);
  bytes.writeDoubleLE(session, 0);
  bytes.writeUInt8(EVENT_KINDS.indexOf('onHold'), EVENT.fields.kind.offset);
  return bytes;
}

function watched(session: number, length = 0): Buffer {
  const bytes = Buffer.alloc(WATCHED_PACKET.size + length);
  bytes.writeDoubleLE(session, 0);
  bytes.writeUInt32LE(length, WATCHED_PACKET.fields.size.offset);
  return bytes;
}

/** Each figure is 1 + its place in the row. */
function leg(from: number): LegFigures {
  return {
    rtp: channel(from),
    rtcp: channel(from + 5),
    firstIn: from + 10,
    lastIn: from + 11,
    longestIpi: from + 12,
    sent: from + 13,
    received: from + 14,
    duplicates: from + 15,
    payloadBytes: from + 16,
    parseErrors: from + 17,
    jitterLast: from + 18,
    jitterMax: from + 19,
    jitterAvg: from + 20,
    ssrc: from + 21,
    ssrcChanges: from + 22,
    highestSeq: from + 23,
    lossEvents: from + 24,
    late: from + 25,
    behind: from + 26,
    mostBehind: from + 27,
    reordered: from + 28,
    payloadType: from + 29,
    otherPayload: from + 30,
    lastPayload: from + 31,
    farLoss: from + 32,
    farJitter: from + 33,
    roundTrip: from + 34,
    addressOrigin: from + 35,
    addressSince: from + 36,
    latchState: from + 37,
    ignoreReason: from + 38,
    sendError: from + 39,
    denial: from + 40,
    looped: from + 41,
    recording: from + 42,
    copying: from + 43,
    playing: from + 44,
    media: address(from + 45),
    rtcpMedia: address(from + 51),
    ignored: address(from + 57),
    unreached: { messages: from + 63, recent: from + 64, error: from + 65, at: from + 66 },
  };
}

function channel(from: number): LegFigures['rtp'] {
  return { received: from, relayed: from + 1, dropped: from + 2, ignored: from + 3, refused: from + 4 };
}

function address(from: number): AddressFigures {
  return { family: from, port: from + 1, ip0: from + 2, ip1: from + 3, ip2: from + 4, ip3: from + 5 };
}

const FIGURES: SessionFigures = { ttl: 1, forkTarget: 2, legs: [leg(3), leg(70)] };

const SESSION = sessionHandle(7);

test('options and calls go through in the form of the addon', () => {
  const engine = new Engine(OPTIONS, { event() {}, retired() {} });
  engine.createSession(15, 60);
  engine.openLeg(SESSION, 1, '::1', 40000, undefined);
  engine.openLeg(SESSION, 1, '::1', 40000, 0);
  engine.complete(SESSION);
  engine.setPeer(SESSION, 0, { kind: 'none' }, false);
  engine.setPeer(SESSION, 0, { kind: 'hold' }, true);
  engine.setPeer(SESSION, 1, { kind: 'address', host: '127.0.0.1', family: 4, port: 4000 }, false);
  engine.setTtl(SESSION, 1, 30);
  engine.restart(SESSION);
  engine.setTos(SESSION, 0, 184);
  engine.remove(SESSION);
  assert.deepEqual(state.calls, [
    ['new', OPTIONS],
    ['createSession', 15, 60],
    ['openLeg', 7, 1, '::1', 40000, -1],
    ['openLeg', 7, 1, '::1', 40000, 0],
    ['complete', 7],
    ['setPeer', 7, 0, 'none', false, '', 0],
    ['setPeer', 7, 0, 'hold', true, '', 0],
    ['setPeer', 7, 1, 'address', false, '127.0.0.1', 4000],
    ['setTtl', 7, 1, 30],
    ['restart', 7],
    ['setTos', 7, 0, 184],
    ['remove', 7],
  ]);
});

test('every figure of a report comes from its field', () => {
  const { engine } = listeningEngine();
  assert.deepEqual(engine.snapshot(SESSION), FIGURES);
});

test('sessions are asked about one question after the other, and answers come with a wake-up', async () => {
  const { engine } = listeningEngine();
  const [live, stale] = [SESSION, sessionHandle(9)];
  state.stale.push(stale);
  const kept = [new KeptSnapshot(), new KeptSnapshot()] as const;
  const first = engine.askSnapshots([live, stale], kept);
  const second = engine.askSnapshots([live], kept.slice(0, 1));
  await nextTurn();
  state.callback();
  await nextTurn();
  assert.deepEqual(state.asked, [[live, stale]]);
  state.answered = true;
  state.callback();
  assert.deepEqual(await first, [true, false]);
  assert.deepEqual(await second, [true]);
  assert.deepEqual(kept[0].figures, FIGURES);
  assert.equal(state.asked.length, 2);
});

test('who has asked about sessions is answered when the engine fails, and when it is closed', async () => {
  const { engine } = listeningEngine();
  const kept = [new KeptSnapshot()];
  state.errno = 16;
  await assert.rejects(engine.askSnapshots([SESSION], kept), EngineError);
  state.errno = 0;
  const [open, waiting] = [engine.askSnapshots([SESSION], kept), engine.askSnapshots([SESSION], kept)];
  await nextTurn();
  engine.close();
  state.callback();
  assert.deepEqual([await open, await waiting], [[false], [false]]);
  assert.deepEqual(await engine.askSnapshots([SESSION], kept), [false]);
});

test('snapshots are taken over for each session, and nothing for stale handles', () => {
  const { engine } = listeningEngine();
  const [live, stale] = [SESSION, sessionHandle(9)];
  state.stale.push(stale);
  const kept = [new KeptSnapshot(), new KeptSnapshot(), new KeptSnapshot()] as const;
  assert.deepEqual(engine.snapshots([], []), []);
  assert.deepEqual(engine.snapshots([live, stale, live], kept), [true, false, true]);
  assert.deepEqual(kept[2].figures, FIGURES);
  assert.deepEqual(engine.snapshots([stale, live], kept.slice(1)), [false, true]);
  assert.deepEqual(
    kept.map(({ version }) => version),
    [1, 0, 1],
  );
});

test('an errno becomes an error, where the caller does not decide upon it', () => {
  const { engine } = listeningEngine();
  state.errno = 9;
  assert.equal(engine.openLeg(SESSION, 0, '::1', 40000, 0), 9);
  assert.equal(engine.setTos(SESSION, 0, 1), 9);
  const throwing: Record<string, () => unknown> = {
    complete: () => engine.complete(SESSION),
    setPeer: () => engine.setPeer(SESSION, 0, { kind: 'none' }, false),
    setTtl: () => engine.setTtl(SESSION, 0, 5),
    restart: () => engine.restart(SESSION),
    remove: () => engine.remove(SESSION),
    snapshot: () => engine.snapshot(SESSION),
  };
  for (const [syscall, call] of Object.entries(throwing)) {
    assert.throws(call, { name: 'EngineError', code: 'EBADF', errno: 9, syscall });
  }
});

test('a start that fails is told with its reason', () => {
  state.startError = 24;
  assert.throws(
    () => new Engine(OPTIONS, { event() {}, retired() {} }),
    (error) => error instanceof EngineError && error.code === 'EMFILE',
  );
  Object.assign(state, { startError: 1, startStep: 'map of ports' });
  assert.throws(
    () => new Engine(OPTIONS, { event() {}, retired() {} }),
    (error) => error instanceof EngineError && error.code === 'EPERM' && error.syscall === 'map of ports',
  );
});

test('the backend is told, and what stood against a better one', () => {
  const { engine } = listeningEngine();
  assert.deepEqual(engine.backend(), { io: 'sockets' });
  state.backend = { io: 'shared', refused: '', step: '', errno: 0 };
  assert.deepEqual(engine.backend(), { io: 'shared' });
  state.backend = { io: 'sockets', refused: 'shared', step: 'raw socket', errno: 1 };
  const { io, refusal } = engine.backend();
  assert.deepEqual([io, refusal?.io], ['sockets', 'shared']);
  assert.deepEqual([refusal?.error.code, refusal?.error.syscall], ['EPERM', 'raw socket']);
});

test('whether sockets are used again is told by name', () => {
  const { engine } = listeningEngine();
  assert.deepEqual(engine.socketReuse(35000, 36000), { reuse: 'on', first: 35000, last: 36000 });
  state.reuse = 'reserved';
  assert.equal(engine.socketReuse(35000, 36000).reuse, 'reserved');
});

test('poll delivers all events, then all ended sessions', () => {
  const { engine, heard, figures } = listeningEngine();
  state.events = Array.from({ length: 600 }, (_, i) => record(i));
  state.retired = [11, 12];
  engine.poll();
  const expected = Array.from({ length: 600 }, (_, i) => `onHold ${i}`);
  assert.deepEqual(heard, [...expected, 'retired 11', 'retired 12']);
  assert.deepEqual(figures, [FIGURES, FIGURES]);
});

test('watched packets come between events and ended sessions, in turns like these', async () => {
  const { engine, heard } = listeningEngine();
  state.events = [record(1)];
  state.watched = [watched(2, 5), watched(3, 8000), watched(4, 3)];
  state.retired = [11];
  engine.poll();
  assert.deepEqual(heard.splice(0), ['onHold 1', 'watched 2 5', 'watched 3 8000', 'watched 4 3', 'retired 11']);
  state.watched = Array.from({ length: REPORTS_PER_TURN + 5 }, (_, i) => watched(i, 8192));
  state.callback();
  assert.equal(heard.length, REPORTS_PER_TURN);
  await new Promise(setImmediate);
  assert.equal(heard.at(-1), `watched ${REPORTS_PER_TURN + 4} 8192`);
});

test('a listener that has more delivered keeps the packet that it looks at', () => {
  const seen: string[] = [];
  const engine: Engine = new Engine(OPTIONS, {
    event: () => {},
    watched: ({ data }) => {
      if (seen.length === 0) {
        seen.push('first');
        state.watched = [Buffer.concat([watched(9, 4).subarray(0, WATCHED_PACKET.size), Buffer.from('more')])];
        engine.poll();
      }
      seen.push(Buffer.from(data).toString());
    },
    retired: () => {},
  });
  state.watched = [Buffer.concat([watched(8, 4).subarray(0, WATCHED_PACKET.size), Buffer.from('data')])];
  engine.poll();
  assert.deepEqual(seen, ['first', 'more', 'data']);
});

test('what is to be watched is passed on', () => {
  const { engine } = listeningEngine();
  const session = sessionHandle(7);
  engine.watchPayloads(session, 1, [101], [102]);
  engine.watchRtcp(true);
  assert.deepEqual(state.calls, [
    ['watchPayloads', session, 1, [101], [102]],
    ['watchRtcp', true],
  ]);
  state.errno = 9;
  assert.throws(() => engine.watchPayloads(session, 1, [], []), { name: 'EngineError', code: 'EBADF' });
});

test('sync waits first and delivers then', () => {
  const { engine, heard } = listeningEngine();
  state.retired = [11];
  engine.sync();
  assert.deepEqual(state.calls, [['sync']]);
  assert.deepEqual(heard, ['retired 11']);
});

test('a turn of the event loop delivers a limited number of reports, and lets others have theirs', async () => {
  const { heard } = listeningEngine();
  const sessions = Array.from({ length: 3 * REPORTS_PER_TURN }, (_, i) => i);
  state.events = sessions.map(record);
  state.retired = [...sessions];
  state.callback();
  assert.equal(heard.length, 2 * REPORTS_PER_TURN);
  assert.equal(heard.at(-1), `retired ${REPORTS_PER_TURN - 1}`);
  // The same turn is not asked for twice.
  state.callback();
  assert.equal(heard.length, 2 * REPORTS_PER_TURN);
  const turns: number[] = [];
  while (turns.at(-1) !== heard.length) {
    turns.push(heard.length);
    await new Promise(setImmediate);
  }
  assert.deepEqual(
    turns,
    [2, 4, 6].map((kinds) => kinds * REPORTS_PER_TURN),
  );
  state.events = [record(1000)];
  state.callback();
  assert.equal(heard.at(-1), 'onHold 1000');
});

test('what must be done now is done whatever it takes', () => {
  const { engine, heard } = listeningEngine();
  state.retired = Array.from({ length: 5 * REPORTS_PER_TURN + 1 }, (_, i) => i);
  engine.sync();
  assert.equal(heard.length, 5 * REPORTS_PER_TURN + 1);
});

test('after close nothing is delivered any more', () => {
  const { engine, heard } = listeningEngine();
  state.events = [record(1)];
  engine.close();
  state.callback();
  engine.poll();
  assert.deepEqual(heard, []);
  engine.close();
});

test('a listener may close the engine: the rest of the batch is dropped', () => {
  const heard: number[] = [];
  const engine = new Engine(OPTIONS, {
    event: ({ session }) => {
      heard.push(session);
      engine.close();
    },
    retired: (session) => heard.push(session),
  });
  state.events = [record(1), record(2)];
  state.retired = [11];
  engine.poll();
  assert.deepEqual(heard, [1]);
});

test('an exception of the listener keeps nothing from being delivered, and comes through', () => {
  const heard: number[] = [];
  const engine = new Engine(OPTIONS, {
    event: ({ session }) => {
      heard.push(session);
      if (session !== 2) throw new Error(`event ${session}`);
    },
    retired: (session) => heard.push(session),
  });
  state.events = [record(1), record(2), record(3)];
  state.retired = [11];
  assert.throws(() => engine.poll(), /event 1/);
  assert.deepEqual(heard, [1, 2, 3, 11]);
});

test('an exception of the listener in the callback is an uncaught one', async (t) => {
  new Engine(OPTIONS, {
    event: () => {
      throw new Error('from the listener');
    },
    retired: () => {},
  });
  // The test runner has a listener of its own, which would fail the test.
  const others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  t.after(() => {
    for (const other of others) process.on('uncaughtException', other);
  });
  const caught = new Promise<Error>((resolve) => {
    process.once('uncaughtException', resolve);
  });
  state.events = [record(1)];
  state.callback();
  assert.equal((await caught).message, 'from the listener');
});

test('facts about the system', () => {
  assert.equal(sourceAddress('127.0.0.9'), '127.0.0.1');
  assert.equal(sourceAddress('192.0.2.1'), undefined);
  assert.equal(fileLimit(), 1000);
  setFileLimit(1000);
  assert.throws(() => setFileLimit(1001), { name: 'EngineError', code: 'EPERM', syscall: 'setrlimit' });
});
