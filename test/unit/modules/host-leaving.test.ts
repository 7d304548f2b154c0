import assert from 'node:assert/strict';
import { constants } from 'node:os';
import { test } from 'node:test';
import { disableThrower } from '../../../src/modules/context.ts';
import type { Module } from '../../../src/modules/module.ts';
import type { Session } from '../../../src/session/session.ts';
import { until } from '../../helpers/deadline.ts';
import type { LogBook } from '../session/log-book.ts';
import { definition, hostOf, packet, session } from './host-rig.ts';

const errors = (log: LogBook): string[] => log.take().filter((line) => line.startsWith('ERR:'));

/** It looks at payload type 101, and fails in that hook. */
function failingIn(hook: 'sessionEnded' | 'rtp') {
  const calls: string[] = [];
  const module: Module = {
    [hook]: () => {
      throw new Error('broken');
    },
    stop: () => void calls.push('stop'),
  };
  return { ...definition({ hooks: { rtcp: true, payloadTypes: true }, module }), calls };
}

test('a module that fails while sessions end is stopped, and asks nothing more of those that have ended', async () => {
  const { made, services, calls } = failingIn('sessionEnded');
  const { host, log, told, sessionsOf, remove, retire } = hostOf([made]);
  await host.start();
  const [first, second, third] = sessionsOf(1, 2, 3) as [Session, Session, Session];
  for (const each of [first, second, third]) services[0]?.watchPayloads(each, 0, [101], []);
  told.splice(0);
  remove(first);
  remove(second);
  retire(first);
  retire(second);
  assert.deepEqual([calls, told], [['stop'], ['3/0:  hidden ', 'RTCP false']]);
  assert.deepEqual(errors(log), ["ERR:GLOBAL:modules: module 'probe' is disabled: sessionEnded: broken"]);
  remove(third);
  retire(third);
  await host.stop();
  assert.deepEqual(calls, ['stop']);
});

test('what was shown of a session before its end comes to a module after it, which may fail then', async () => {
  const { made, services, calls } = failingIn('rtp');
  const { host, log, told, sessionsOf, remove } = hostOf([made]);
  await host.start();
  const [call] = sessionsOf(1) as [Session];
  services[0]?.watchPayloads(call, 0, [101], []);
  told.splice(0);
  remove(call);
  host.watched(packet(101));
  assert.deepEqual([calls, told], [['stop'], ['RTCP false']]);
  assert.deepEqual(errors(log), ["ERR:GLOBAL:modules: module 'probe' is disabled: rtp: broken"]);
});

test('sessions that there are not, and copies of one that has ended, are not asked for', async () => {
  const { made, services } = failingIn('sessionEnded');
  const { host, log, told, sessionsOf, remove, retire } = hostOf([made]);
  await host.start();
  const [call, other] = sessionsOf(1, 2) as [Session, Session];
  const copy = { ...call };
  services[0]?.watchPayloads(copy, 0, [101], []);
  services[0]?.watchPayloads(session(7), 0, [101], []);
  services[0]?.watchPayloads(other, 1, [101], []);
  remove(call);
  services[0]?.watchPayloads(copy, 1, [101], []);
  retire(call);
  assert.deepEqual(told, ['RTCP true', '1/0: 101 hidden ', '2/1: 101 hidden ', '2/1:  hidden ', 'RTCP false']);
  assert.deepEqual(errors(log), ["ERR:GLOBAL:modules: module 'probe' is disabled: sessionEnded: broken"]);
});

test('a module that cannot be taken from the relay is stopped all the same, and everywhere else', async () => {
  const { made, services, calls } = failingIn('sessionEnded');
  const { host, log, told, engine, sessionsOf, remove, retire } = hostOf([made]);
  await host.start();
  const [first, second, third] = sessionsOf(1, 2, 3) as [Session, Session, Session];
  for (const each of [first, second]) services[0]?.watchPayloads(each, 0, [101], [101]);
  told.splice(0);
  engine.refuses = first.handle;
  remove(third);
  retire(third);
  assert.deepEqual([calls, told], [['stop'], ['2/0:  hidden ', 'RTCP false']]);
  assert.deepEqual(errors(log), [
    "ERR:GLOBAL:modules: module 'probe' is disabled: sessionEnded: broken",
    `ERR:GLOBAL:modules: module 'probe' may still be shown packets: watchPayloads: not enough memory (${constants.errno.ENOMEM})`,
  ]);
});

test('a timer that fails after the end of the engine disables its module and nothing else', async () => {
  let disabled: boolean | undefined;
  const { made } = definition({
    hooks: { rtcp: true },
    module: {
      stop: () => void setTimeout(() => (disabled = disableThrower(new Error('too late'))), 0),
    },
  });
  const { host, log, told, engine } = hostOf([made]);
  await host.start();
  await host.stop();
  assert.deepEqual(told, ['RTCP true', 'RTCP false']);
  engine.closed = true;
  await until(() => disabled !== undefined, 2000, 'the timer');
  assert.equal(disabled, true);
  assert.deepEqual(errors(log), ["ERR:GLOBAL:modules: module 'probe' is disabled: uncaught exception: too late"]);
});
