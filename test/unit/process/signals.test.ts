import assert from 'node:assert/strict';
import { once } from 'node:events';
import { constants } from 'node:os';
import { type TestContext, test } from 'node:test';
import { handleSignals } from '../../../src/process/signals.ts';

const FATAL = ['SIGTERM', 'SIGINT', 'SIGUSR1', 'SIGUSR2', 'SIGXCPU', 'SIGXFSZ', 'SIGVTALRM', 'SIGPROF'] as const;

/** Handlers on this process, and what they did; `send` raises a real signal and waits until it was delivered. */
function install(t: TestContext): { readonly events: string[]; send(signal: NodeJS.Signals): Promise<void> } {
  const events: string[] = [];
  const remove = handleSignals(
    {
      stop: () => events.push('stop'),
      drain: () => events.push('drain'),
      reload: () => events.push('reload'),
      crash: () => events.push('crash'),
    },
    { enabled: () => true, log: (level, _where, text) => events.push(`${level} ${text}`) },
    {
      on: process.on.bind(process),
      off: process.off.bind(process),
      exit: (code) => events.push(`exit ${code}`),
      kill: (pid, signal) => events.push(`kill ${pid} ${signal}`),
      pid: 7,
    },
  );
  t.after(remove);
  return {
    events,
    async send(signal) {
      // A waiting signal handler alone does not keep the event loop alive; the timer does, and is the deadline.
      const deadline = new AbortController();
      const timer = setTimeout(() => deadline.abort(), 5000);
      const delivered = once(process, signal, { signal: deadline.signal });
      process.kill(process.pid, signal);
      await delivered;
      clearTimeout(timer);
    },
  };
}

test('every fatal signal stops; a second one ends the process at once', async (t) => {
  for (const signal of FATAL) {
    await t.test(signal, async (t2) => {
      const { events, send } = install(t2);
      const number = constants.signals[signal];
      await send(signal);
      assert.deepEqual(events, [`INFO got signal ${number}`, 'stop']);
      await send(signal);
      assert.deepEqual(events.slice(2), [`exit ${128 + number}`]);
    });
  }
});

test('the exit code of a second signal is its own', async (t) => {
  const { events, send } = install(t);
  await send('SIGTERM');
  await send('SIGINT');
  assert.deepEqual(events, ['INFO got signal 15', 'stop', 'exit 130']);
});

test('the first SIGHUP drains, others are ignored, and a fatal one still stops', async (t) => {
  const { events, send } = install(t);
  await send('SIGHUP');
  await send('SIGHUP');
  assert.deepEqual(events, ['INFO got SIGHUP, initiating deorbiting-burn sequence', 'drain']);
  await send('SIGTERM');
  await send('SIGHUP');
  assert.deepEqual(events.slice(2), ['INFO got signal 15', 'stop']);
});

test('a bad signal kills the process, after a line in the log', async (t) => {
  for (const signal of ['SIGQUIT', 'SIGABRT', 'SIGTRAP', 'SIGSYS'] as const) {
    const { events, send } = install(t);
    await send(signal);
    const number = constants.signals[signal];
    assert.deepEqual(events, [`CRIT got BAD signal ${number}, fastshutdown = 0`, 'crash', `kill 7 ${signal}`]);
  }
});

test('SIGURG reloads, as often as it comes, until the stop', async (t) => {
  const { events, send } = install(t);
  await send('SIGURG');
  await send('SIGURG');
  assert.deepEqual(events, ['reload', 'reload']);
  await send('SIGTERM');
  await send('SIGURG');
  assert.deepEqual(events.slice(2), ['INFO got signal 15', 'stop']);
});

test('nothing stays behind', () => {
  const count = () => process.listenerCount('SIGTERM') + process.listenerCount('SIGHUP');
  const before = count();
  const remove = handleSignals(
    { stop: () => undefined, drain: () => undefined, reload: () => undefined, crash: () => undefined },
    { enabled: () => false, log: () => undefined },
  );
  assert.equal(count(), before + 2);
  remove();
  assert.equal(count(), before);
});
