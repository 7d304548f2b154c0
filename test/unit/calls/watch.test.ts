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
  const [first] = ['a', 'b', 'c'].map(create);
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
  await until(() => book.heard.some((each) => each.startsWith('ended')), 2000, 'the end');
  const heard = book.take();
  assert.ok(!heard.includes('one'), String(heard));
  assert.deepEqual(heard.slice(-2), ['three', `ended ${one.handle}`]);
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

/** Old calls with media of which somebody has been told already, a second after the other. */
async function talking(t: TestContext, count: number) {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const { engine, watch, create } = rig(t);
  const book = new Book();
  const sessions = Array.from({ length: count }, (_, index) => create(`c${index}`, 60_000));
  watch.subscribe(book);
  await until(() => book.heard.includes('ready'), 2000, 'all calls');
  book.take();
  let received = 0;
  /** Which calls are told in the next round, each of which has got packets meanwhile. */
  const round = async (): Promise<string[]> => {
    received += 50;
    for (const { handle } of sessions) engine.figures.set(handle, callFigures({ rtp: channel({ received }) }));
    const { pauses } = book;
    t.mock.timers.tick(1000);
    await until(() => book.pauses > pauses, 2000, 'the round');
    return book.take();
  };
  assert.equal((await round()).length, count, 'it is not known yet that they go on');
  return { watch, create, sessions, round };
}

test('a hundred calls whose media goes on are told each second, more of them take turns', async (t) => {
  const { sessions, round } = await talking(t, 250);
  const [first, second, third] = [await round(), await round(), await round()];
  for (const told of [first, second, third]) assert.ok(told.length >= 83 && told.length <= 84, String(told.length));
  assert.deepEqual([...first, ...second, ...third].sort(), sessions.map(({ callId }) => callId).sort());
});

test('up to a hundred calls are told each second', async (t) => {
  const { round } = await talking(t, 100);
  assert.deepEqual([(await round()).length, (await round()).length], [100, 100]);
});

test('new calls, and those that signalling says something of, wait for no turn', async (t) => {
  const { watch, create, sessions, round } = await talking(t, 600);
  sessions.push(create('new'));
  const [before = sessions[0]] = sessions;
  for (let count = 0; count < 5; count++) {
    if (before !== undefined) watch.signalled(before);
    const told = await round();
    assert.ok(told.includes('new') && told.includes('c0'), String(told.length));
    assert.ok(told.length <= 600 / 5 + 2, String(told.length));
  }
});

test('about calls that are silent the engine is asked every other second', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const { engine, watch, create } = rig(t);
  for (let count = 0; count < 40; count++) create(`c${count}`, 60_000);
  const book = new Book();
  watch.subscribe(book);
  await until(() => book.heard.includes('ready'), 2000, 'all calls');
  const asked: number[] = [];
  for (let count = 0; count < 9; count++) {
    engine.asked.length = 0;
    const { pauses } = book;
    t.mock.timers.tick(1000);
    await until(() => book.pauses > pauses, 2000, 'the round');
    asked.push(engine.asked.reduce((sum, size) => sum + size, 0));
  }
  assert.deepEqual(asked.slice(0, 4), [40, 40, 40, 40]);
  assert.deepEqual(asked.slice(-3), [20, 20, 20]);
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
  const sessions = ['deleted', 'timeout', 'stopped'].map(create);
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
