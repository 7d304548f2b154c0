import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { type TestContext, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CallRecord } from '../../../src/calls/record.ts';
import type { CallListener } from '../../../src/calls/source.ts';
import type { CallView } from '../../../src/calls/view.ts';
import { CallWatch } from '../../../src/calls/watch.ts';
import type { Session } from '../../../src/session/session.ts';
import { until } from '../../helpers/deadline.ts';
import { LogBook } from '../session/log-book.ts';
import { channel } from '../session/stats.ts';
import { testSession } from '../session/test-session.ts';
import { callFigures, FakeCallEngine } from './fake-call-engine.ts';

function rig(t: TestContext) {
  const engine = new FakeCallEngine();
  const log = new LogBook();
  const state = { stopping: false };
  const watch = new CallWatch({
    engine,
    logger: log,
    version: '1.2.3',
    draining: () => false,
    stopping: () => state.stopping,
    callsCreated: () => 9,
  });
  t.after(() => watch.close());
  /** `age` in milliseconds. */
  const create = (call: string, age = 0): Session => {
    const session = testSession(call, 'a', { createdAt: performance.now() - age });
    watch.created(session);
    return session;
  };
  const remove = (session: Session, timedOut = false): void => {
    session.ended = true;
    watch.removed(session, timedOut);
  };
  return { engine, log, state, watch, create, remove };
}

/** Notes what it is told, by Call-ID. */
class Book implements CallListener {
  readonly heard: string[] = [];
  pauses = 0;

  call({ call_id }: CallView): void {
    this.heard.push(call_id);
  }
  pause(): void {
    this.pauses += 1;
  }
  ready(): void {
    this.heard.push('ready');
  }
  ended(ids: readonly string[]): void {
    this.heard.push(...ids.map((id) => `ended ${id}`));
  }
  take(): string[] {
    return this.heard.splice(0);
  }
}

test('calls are listed in the order of creation, page by page', async (t) => {
  const { engine, watch, create, remove } = rig(t);
  const sessions = Array.from({ length: 500 }, (_, index) => create(`c${index}`));
  const [, second] = sessions;
  if (second !== undefined) remove(second);
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await watch.list({}, 180, cursor);
    seen.push(...page.calls.map(({ call_id }) => call_id));
    cursor = page.next;
  } while (cursor !== undefined);
  assert.deepEqual(
    seen,
    sessions.filter((session) => session !== second).map(({ callId }) => callId),
  );
  assert.ok(Math.max(...engine.asked) <= 16);
});

test('a page tells whether there is more, and a cursor outlives its call', async (t) => {
  const { watch, create, remove } = rig(t);
  const [first] = ['a', 'b', 'c'].map((call) => create(call));
  assert.equal((await watch.list({}, 3)).next, undefined);
  const page = await watch.list({}, 1);
  assert.notEqual(page.next, undefined);
  if (first !== undefined) remove(first);
  assert.deepEqual(
    (await watch.list({}, 5, page.next)).calls.map(({ call_id }) => call_id),
    ['b', 'c'],
  );
  assert.deepEqual(await watch.list({ callId: 'nobody' }, 5), { calls: [], next: undefined });
  await assert.rejects(watch.list({}, 5, 'x'), RangeError);
});

test('a call is found by its id, and by a Call-ID that is not of several', async (t) => {
  const { engine, watch, create } = rig(t);
  const one = create('one');
  create('two');
  create('two');
  const found = await watch.find(String(one.handle));
  assert.deepEqual([found?.call.call_id, found?.slices], ['one', []]);
  assert.ok(Array.isArray(found?.findings));
  assert.equal((await watch.find('one'))?.call.id, String(one.handle));
  assert.equal(await watch.find('two'), undefined);
  assert.equal(await watch.find('999999'), undefined);
  engine.stale.add(one.handle);
  assert.equal(await watch.find('one'), undefined);
});

test('who subscribes is told all calls, then what changes, then which end', async (t) => {
  const { engine, watch, create, remove } = rig(t);
  const [one, two] = [create('one'), create('two')];
  const book = new Book();
  const end = watch.subscribe(book);
  await until(() => book.heard.includes('ready'), 1000, 'all calls');
  assert.deepEqual(book.take(), ['one', 'two', 'ready']);
  engine.figures.set(two.handle, callFigures({ rtp: channel({ received: 50 }) }));
  // A rate is known after the first second: that is the last change of a silent call.
  await until(() => book.heard.filter((each) => each === 'two').length >= 2, 4000, 'a change');
  await until(() => book.heard.length > 0 && engine.asked.length > 4, 3000, 'rounds');
  book.take();
  create('three');
  remove(one);
  await until(() => book.heard.includes('three'), 2000, 'the new call');
  const heard = book.take();
  assert.ok(!heard.includes('one'), String(heard));
  assert.deepEqual(heard.slice(-2), [`ended ${one.handle}`, 'three']);
  end();
  create('four');
  // The round of another listener.
  const other = new Book();
  watch.subscribe(other);
  await until(() => other.heard.includes('ready'), 2000, 'a round');
  assert.deepEqual(book.take(), []);
});

test('that time passes is no change', async (t) => {
  const { engine, watch, create } = rig(t);
  const silent = create('silent');
  const book = new Book();
  watch.subscribe(book);
  await until(() => engine.asked.length >= 3, 4000, 'rounds');
  book.take();
  engine.figures.set(silent.handle, callFigures({}, {}, 17));
  const rounds = engine.asked.length;
  await until(() => engine.asked.length > rounds, 2000, 'another round');
  assert.deepEqual(book.take(), []);
});

/**
 * A watch whose rounds come when the test wants them, each a second later on its clock, which stands meanwhile; somebody has been told of
 * `count` old calls, which have had packets in so many `slices` before.
 */
async function rounds(t: TestContext, count: number, slices = 0) {
  t.mock.timers.enable({ apis: ['setInterval'] });
  let clock = performance.now();
  t.mock.method(performance, 'now', () => clock);
  const { engine, watch, create } = rig(t);
  const book = new Book();
  const sessions = Array.from({ length: count }, (_, index) => create(`c${index}`, 60_000));
  let received = 0;
  const receive = (): void => {
    received += 50;
    for (const { handle } of sessions) engine.figures.set(handle, callFigures({ rtp: channel({ received }) }));
  };
  const asked = (): number => engine.asked.reduce((sum, size) => sum + size, 0);
  for (let slice = 1; slice <= slices; slice++) {
    receive();
    clock += 5000;
    // The round before may not be over when all have been asked about.
    while (asked() < slice * count) {
      t.mock.timers.tick(1000);
      await nextTurn();
    }
  }
  receive();
  watch.subscribe(book);
  while (!book.heard.includes('ready')) {
    t.mock.timers.tick(1000);
    await nextTurn();
  }
  book.take();
  /** Which calls are told in the next round, and how many the engine is asked about. */
  const next = async (): Promise<{ readonly told: readonly string[]; readonly asked: number }> => {
    const { pauses } = book;
    engine.asked.length = 0;
    clock += 1000;
    t.mock.timers.tick(1000);
    while (book.pauses === pauses) await nextTurn();
    return { told: book.take(), asked: asked() };
  };
  /** The same after each call has got packets. */
  const busy = async (): Promise<readonly string[]> => {
    receive();
    return (await next()).told;
  };
  return { watch, create, sessions, next, busy };
}

test('a hundred calls whose media goes on are told each second, more of them take turns', async (t) => {
  const { sessions, busy } = await rounds(t, 250);
  assert.equal((await busy()).length, 250, 'it is not known yet that they go on');
  // Over the ends of slices, too.
  const told: (readonly string[])[] = [];
  for (let round = 0; round < 9; round++) told.push(await busy());
  const sizes = told.map(({ length }) => length);
  assert.ok(Math.max(...sizes) <= 84 && Math.min(...sizes) >= 83, String(sizes));
  for (const first of [0, 3, 6]) {
    const calls = told.slice(first, first + 3).flat();
    assert.deepEqual(calls.sort(), sessions.map(({ callId }) => callId).sort());
  }
});

test('calls that have gone on before anybody looked take turns from the beginning', async (t) => {
  const { busy } = await rounds(t, 250, 2);
  assert.ok((await busy()).length <= 84);
});

test('up to a hundred calls are told each second', async (t) => {
  const { busy } = await rounds(t, 100);
  for (let round = 0; round < 4; round++) assert.equal((await busy()).length, 100);
});

test('new calls, and those that signalling says something of, wait for no turn', async (t) => {
  const { watch, create, sessions, busy } = await rounds(t, 600);
  const [signalled] = sessions;
  await busy();
  sessions.push(create('new'));
  if (signalled !== undefined) watch.signalled(signalled);
  for (let round = 0; round < 8; round++) {
    const told = await busy();
    assert.ok(told.includes('new') && told.includes('c0'), String(round));
    assert.ok(told.length <= 600 / 5 + 2, String(told.length));
  }
});

test('nobody waits for longer than five rounds, as the number of turns changes', async (t) => {
  const { create, sessions, busy } = await rounds(t, 400);
  await busy();
  const last = new Map(sessions.map(({ callId }) => [callId, 0]));
  let longest = 0;
  for (let round = 1; round <= 20; round++) {
    // One more that is not known to be silent yet: there are five turns in this round, and four in the next one.
    if (round % 2 === 0) create(`silent${round}`, 60_000);
    for (const call of (await busy()).filter((name) => last.has(name))) {
      longest = Math.max(longest, round - (last.get(call) ?? 0));
      last.set(call, round);
    }
  }
  assert.ok(longest <= 5, String(longest));
  assert.ok(Math.min(...last.values()) > 15, 'nobody is left out');
});

test('about calls that are silent the engine is asked every other second, whatever others do', async (t) => {
  const { next, create } = await rounds(t, 40);
  const asked: number[] = [];
  for (let round = 0; round < 13; round++) asked.push((await next()).asked);
  assert.deepEqual(asked.slice(0, 4), [40, 40, 40, 40]);
  // But for the rounds in which slices are cut.
  assert.deepEqual([...asked.slice(5, 9), ...asked.slice(10)], [20, 20, 20, 20, 20, 20, 20]);
  create('new');
  assert.ok((await next()).told.includes('new'));
});

test('many calls are looked at in several turns, and a listener that throws harms nobody', async (t) => {
  const { engine, log, watch, create } = rig(t);
  for (let count = 0; count < 450; count++) create(`c${count}`);
  const book = new Book();
  watch.subscribe(book);
  await until(() => book.heard.includes('ready'), 2000, 'all calls');
  assert.equal(book.take().length, 451);
  assert.deepEqual(engine.asked.slice(0, 8), [...Array.from({ length: 7 }, () => 64), 2]);
  const broken: CallListener = {
    call: () => {
      throw new Error('broken');
    },
    pause: () => {},
    ready: () => {},
    ended: () => {},
  };
  watch.subscribe(broken)();
  watch.subscribe(broken);
  await until(() => log.lines.length > 0, 3000, 'the log line');
  assert.match(log.lines[0] ?? '', /^ERR:GLOBAL:watch: calls were not observed: Error: broken/);
});

test('who ends its subscription within a round is told nothing more of it', async (t) => {
  const { engine, watch, create } = rig(t);
  for (let count = 0; count < 100; count++) create(`c${count}`);
  const book = new Book();
  const end = watch.subscribe({
    call: (call) => {
      book.call(call);
      end();
    },
    pause: () => {},
    ready: () => book.ready(),
    ended: (ids) => book.ended(ids),
  });
  await until(() => engine.asked.length === 2, 2000, 'the end of the round');
  const next = new Book();
  watch.subscribe(next);
  await until(() => next.heard.includes('ready'), 2000, 'all calls');
  assert.equal(next.take().length, 101);
  assert.deepEqual(book.take(), ['c0']);
});

test('nobody asks the engine while nobody has subscribed and no slice is complete', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const { engine, watch, create } = rig(t);
  create('one');
  watch.totals();
  t.mock.timers.tick(1000);
  await nextTurn();
  assert.deepEqual(engine.asked, []);
});

test('a call that has ended leaves a record once the engine has let go of it', (t) => {
  const { state, watch, create, remove } = rig(t);
  const unheard = create('unheard');
  remove(unheard);
  const records: CallRecord[] = [];
  watch.onEnd(({ record }) => records.push(record));
  watch.retired(unheard, callFigures());
  const sessions = ['deleted', 'timeout', 'stopped'].map((call) => create(call));
  for (const session of sessions) {
    state.stopping = session.callId === 'stopped';
    remove(session, session.callId === 'timeout');
  }
  assert.equal(records.length, 0);
  for (const session of sessions) watch.retired(session, callFigures({ rtp: channel({ received: 3 }) }));
  assert.deepEqual(
    records.map(({ call_id, end_reason, caller }) => [call_id, end_reason, caller.received_packets]),
    sessions.map(({ callId }) => [callId, callId, 3]),
  );
  for (const session of sessions) watch.retired(session, callFigures());
  assert.equal(records.length, 3);
});

test('totals tell of the daemon and its workers', async (t) => {
  const { engine, watch, create } = rig(t);
  create('one');
  engine.cpuSeconds = 100;
  await until(() => watch.totals().workers.length > 0, 2000, 'the first sample');
  const { started_at, event_loop_lag_ms, ...rest } = watch.totals();
  assert.ok(Math.abs(Date.parse(started_at) - Date.now()) < 5000);
  assert.ok(event_loop_lag_ms >= 0);
  assert.deepEqual(rest, {
    ...{ version: '1.2.3', draining: false, calls: 1, calls_created: 9, packets_per_second: 7 },
    workers: [{ packets_per_second: 5, load: 1 }],
  });
});
