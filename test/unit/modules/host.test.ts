import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { SESSION_FIGURES } from '../../../src/addon/contract.ts';
import type { LegIndex } from '../../../src/addon/types.ts';
import type { CallRecord } from '../../../src/calls/record.ts';
import { ConfigError } from '../../../src/config/config-error.ts';
import { disableThrower } from '../../../src/modules/context.ts';
import { type Module, ModuleStartError, type WatchedPacket } from '../../../src/modules/module.ts';
import type { Session } from '../../../src/session/session.ts';
import { until } from '../../helpers/deadline.ts';
import { definition, digitOf, hostOf, packet, session } from './host-rig.ts';

test('instances are numbered by module, and commands reach the one that they name', async () => {
  const args: string[] = [];
  const module = (name: string): Module => ({
    subCommand: ({ leg, args: given }) => {
      args.push(`${name} ${leg} ${given.join()}`);
      return name === 'two' ? 'text' : '';
    },
    stop: () => {},
  });
  const modules = ['one', 'two'].map(module);
  const first = definition({ create: () => modules.shift() ?? module('none') }).made;
  const silent = definition({ name: 'silent', id: 101 }).made;
  const { host, log } = hostOf([first, silent, first]);
  await host.start();
  assert.deepEqual(
    [host.takes(100, 1), host.takes(100, 2), host.takes(100, 3), host.takes(101, 1), host.takes(1, 1)],
    [true, true, false, false, false],
  );
  assert.equal(host.subCommand(100, 1, session(), 1, ['a', 'b']), undefined, 'an empty text is none');
  assert.equal(host.subCommand(100, 2, session(), 0, []), 'text');
  assert.deepEqual(args, ['one 1 a,b', 'two 0 ']);
  assert.match(
    log.lines.join('\n'),
    /module 'probe' has started[\s\S]*module 'silent' has started[\s\S]*module 'probe:2' has started/,
  );
});

test('what a hook throws disables its instance once, and nobody else', async () => {
  const heard: string[] = [];
  const bad = definition({
    module: {
      sessionCreated: () => {
        throw new Error('broken\nsecond line');
      },
      subCommand: () => 'here',
      stop: () => {
        heard.push('bad stopped');
      },
    },
  }).made;
  const good = definition({
    name: 'good',
    id: 101,
    module: { sessionCreated: ({ callId }) => void heard.push(callId), stop: () => {} },
  }).made;
  const { host, log } = hostOf([bad, good]);
  await host.start();
  host.created(session(1));
  host.created(session(2));
  assert.deepEqual(heard, ['bad stopped', 'call1', 'call2']);
  assert.equal(log.lines.join('\n').match(/module 'probe' is disabled: sessionCreated: broken$/gm)?.length, 1);
  // The command that names it is carried out all the same.
  assert.equal(host.takes(100, 1), true);
  assert.equal(host.subCommand(100, 1, session(), 0, []), '-1');
});

test('a promise that a hook returns, a timer, and a text that is no line disable it too', async () => {
  const hooks: readonly (readonly [reason: RegExp, Partial<Module>])[] = [
    [/sessionCreated: late/, { sessionCreated: (() => Promise.reject(new Error('late'))) as () => void }],
    [/subCommand: its result is no text of one line/, { subCommand: () => 'a\nb' }],
  ];
  for (const [reason, hook] of hooks) {
    const { host, log } = hostOf([definition({ module: { stop: () => {}, ...hook } }).made]);
    await host.start();
    host.created(session());
    if (hook.subCommand !== undefined) assert.equal(host.subCommand(100, 1, session(), 0, []), '-1');
    await delay(0);
    assert.match(log.lines.join('\n'), reason);
  }
  let disabled: boolean | undefined;
  const { host, log } = hostOf([
    definition({
      module: {
        sessionCreated: () => void setTimeout(() => (disabled = disableThrower(new Error('in a timer'))), 0),
        stop: () => {},
      },
    }).made,
  ]);
  await host.start();
  assert.equal(disableThrower(new Error('of the daemon')), false);
  host.created(session());
  await until(() => disabled !== undefined, 2000, 'the timer');
  assert.equal(disabled, true);
  assert.match(log.lines.join('\n'), /is disabled: uncaught exception: in a timer/);
});

test('a start that fails ends that of the daemon, in the words of the C daemon', async () => {
  const table: readonly (readonly [Error, readonly string[], string])[] = [
    [new Error('no'), [], 'no'],
    [new ModuleStartError('Is a directory (21)', ["can't open 'x'"]), ["can't open 'x'"], 'Is a directory (21)'],
  ];
  for (const [error, lines, reason] of table) {
    const { host, log } = hostOf([definition({ create: () => Promise.reject(error) }).made]);
    await assert.rejects(host.start(), new ConfigError(`probe: dymanic module start has failed: ${reason}`));
    const texts = [...lines, "module 'probe' failed to initialize"];
    assert.deepEqual(
      log.take(),
      texts.map((text) => `ERR:GLOBAL:modules: ${text}`),
    );
    await host.stop();
  }
  // Code of others brings anything.
  const odd = Object.assign(new Error('odd'), { lines: [Object.create(null)] });
  const { host } = hostOf([definition({ create: () => Promise.reject(odd) }).made]);
  await assert.rejects(host.start(), new ConfigError('probe: dymanic module start has failed: odd'));
});

test('an ended session has its times and its record', async () => {
  const ended: string[] = [];
  const module: Module = {
    sessionEnded: ({ setupAt, endedAt, record }) => void ended.push(`${setupAt} ${endedAt} ${record.end_reason}`),
    stop: () => {},
  };
  const { host } = hostOf([definition({ module }).made]);
  await host.start();
  host.created(session());
  host.removed(session());
  const record: Partial<CallRecord> = { id: '1', end_reason: 'timeout' };
  host.record(record as CallRecord);
  host.retired(session(), SESSION_FIGURES);
  assert.deepEqual(ended, ['1.5 2 timeout']);
});

test('sessions that end are told in that order, whichever the engine lets go of first', async () => {
  const ended: string[] = [];
  const module: Module = {
    sessionEnded: ({ session: of }) => void ended.push(String(of.handle)),
    stop: () => {},
  };
  const { host } = hostOf([definition({ module }).made]);
  await host.start();
  const [first, second, third] = [session(1), session(2), session(3)];
  for (const each of [first, second, third]) host.created(each);
  const retire = (each: Session): void => {
    const record: Partial<CallRecord> = { id: String(each.handle) };
    host.record(record as CallRecord);
    host.retired(each, SESSION_FIGURES);
  };
  for (const each of [third, first, second]) host.removed(each);
  retire(first);
  assert.deepEqual(ended, []);
  retire(third);
  assert.deepEqual(ended, ['3', '1']);
  retire(second);
  assert.deepEqual(ended, ['3', '1', '2']);
});

test('RTCP is shown to all, RTP to who has asked for its type, until it is disabled', async () => {
  const seen: string[] = [];
  const module = (name: string): Module => ({
    rtcp: ({ session: of }: WatchedPacket) => void seen.push(`${name} rtcp ${of.callId}`),
    rtp: ({ data }: WatchedPacket) => void seen.push(`${name} ${data[1]}`),
    subCommand: () => {
      throw new Error('enough');
    },
    stop: () => {},
  });
  const hooks = { rtcp: true, payloadTypes: true };
  const one = definition({ hooks, module: module('one') });
  const two = definition({ name: 'two', id: 101, hooks, module: module('two') });
  const { host, told, sessions } = hostOf([one.made, two.made]);
  await host.start();
  const call = session(1);
  sessions.set(call.handle, call);
  one.services[0]?.watchPayloads(call, 0, [101, 97], [97]);
  two.services[0]?.watchPayloads(call, 0, [101], []);
  for (const each of [packet(101), packet(0x80 | 97), packet(0), packet(101, 1), packet(200, 0, 'RTCP')])
    host.watched(each);
  assert.deepEqual(seen, ['one 101', 'two 101', `one ${0x80 | 97}`, 'one rtcp call1', 'two rtcp call1']);
  host.subCommand(100, 1, call, 0, []);
  assert.deepEqual(told.splice(0), ['RTCP true', '1/0: 101,97 hidden 97', '1/0: 101,97 hidden 97', '1/0: 101 hidden ']);
  assert.throws(() => two.services[0]?.watchPayloads(call, 0, [128], []), RangeError);
  assert.throws(() => two.services[0]?.watchPayloads(call, 7 as LegIndex, [1], []), RangeError);
  host.subCommand(101, 1, call, 0, []);
  assert.deepEqual(told, ['1/0:  hidden ', 'RTCP false']);
});

test('services: digits, notifications, figures of who is gone, counts', async () => {
  const digits: string[] = [];
  const { made, services } = definition({
    module: { dtmf: ({ digit }) => void digits.push(digit), stop: () => {} },
  });
  const { host, told } = hostOf([made]);
  await host.start();
  const [given] = services;
  given?.publishDtmf(digitOf(session()));
  given?.notify({ kind: 'unix', path: '/x' }, 'line');
  given?.count('lost', 3);
  given?.count('delivered');
  assert.deepEqual([digits, told], [['5'], ['digit 5', 'line']]);
  assert.deepEqual(host.counts(), [{ label: 'probe', delivered: 1, lost: 3 }]);
  assert.deepEqual(given?.figures([session(1, true), session(2)]), [undefined, undefined]);
  assert.throws(() => given?.watchPayloads(session(), 0, [1], []), /not among its hooks/);
});

test('what other modules and metrics would have to bear is refused', async () => {
  const digits: string[] = [];
  const { made, services } = definition({ module: { dtmf: ({ digit }) => void digits.push(digit), stop: () => {} } });
  const { host, told } = hostOf([made]);
  await host.start();
  const [given] = services;
  assert.ok(given);
  const good = digitOf(session());
  const bad: readonly (readonly [RegExp, object])[] = [
    [/no session/, { session: undefined }],
    [/no leg/, { leg: 7 }],
    [/no digit/, { digit: '55' }],
    [/no digit/, { digit: {} }],
    [/duration, volume and timestamp/, { volume: 'loud' }],
    [/duration, volume and timestamp/, { duration: Number.NaN }],
    [/no packet/, { packet: undefined }],
    [/no packet/, { packet: {} }],
    [/no packet/, { packet: { ...good.packet, arrivedAt: Number.MAX_VALUE } }],
    [/no packet/, { packet: { ...good.packet, source: { host: 'x', port: 70_000 } } }],
  ];
  for (const [fault, part] of bad) assert.throws(() => given.publishDtmf({ ...good, ...part }), fault);
  assert.deepEqual([digits, told], [[], []]);
  const count = given.count as (what: string, amount: unknown) => void;
  for (const [what, amount] of [
    ['foo', 1],
    ['lost', Number.NaN],
    ['lost', -1],
    ['delivered', '5'],
  ] as const)
    assert.throws(() => count(what, amount), /there is no figure foo|an amount is a whole number/);
  assert.deepEqual(host.counts(), [{ label: 'probe', delivered: 0, lost: 0 }]);
});

test('whatever is thrown disables: it need be no error, and have no text', async () => {
  const odd = new Error('x');
  Object.defineProperty(odd, 'message', { get: () => assert.fail('no message') });
  const numbered = Object.assign(new Error(), { message: 5 });
  for (const thrown of [undefined, null, Object.create(null), Symbol('x'), odd, numbered, new Proxy(odd, {})]) {
    const fail = (): never => {
      throw thrown;
    };
    const { host, log } = hostOf([definition({ module: { sessionCreated: fail, stop: fail } }).made]);
    await host.start();
    host.created(session());
    await host.stop();
    assert.match(
      log.lines.join('\n'),
      /module 'probe' is disabled: sessionCreated: [\s\S]*module 'probe' did not end: /,
    );
  }
});

test('a start that makes no module fails', async () => {
  const table: readonly (readonly [reason: string, made: unknown])[] = [
    ['its "create" has made no module', undefined],
    ['its "create" has made no module', 5],
    ['its "stop" is no function', {}],
    ['its "rtcp" is no function', { rtcp: 5, stop: () => {} }],
  ];
  for (const [reason, made] of table) {
    const { host } = hostOf([definition({ create: () => made as Module }).made]);
    await assert.rejects(host.start(), new ConfigError(`probe: dymanic module start has failed: ${reason}`));
  }
});

test('one that fails while it starts is stopped, and the start fails', async () => {
  const calls: string[] = [];
  const create = async (): Promise<Module> => {
    await new Promise<void>((thrown) => {
      setImmediate(() => {
        disableThrower(new Error('early'));
        thrown();
      });
    });
    return { stop: () => void calls.push('stop') };
  };
  const { host } = hostOf([definition({ create }).made]);
  await assert.rejects(host.start(), /it has failed already/);
  await host.stop();
  assert.deepEqual(calls, ['stop']);
});

test('a start that does not end is waited for half a minute', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { host } = hostOf([definition({ create: () => new Promise(() => {}) }).made]);
  const started = host.start();
  t.mock.timers.tick(30_000);
  await assert.rejects(started, /probe: dymanic module start has failed: it takes longer than 30 s/);
});

test('stop is the last call, comes once, and is waited for when a hook has failed before', async () => {
  const calls: string[] = [];
  const module: Module = {
    sessionCreated: () => {
      throw new Error('broken');
    },
    dtmf: () => void calls.push('dtmf'),
    stop: async () => {
      calls.push('stop');
      await delay(5);
      disableThrower(new Error('while it ends'));
      calls.push('stopped');
    },
  };
  for (const failsBefore of [true, false]) {
    const { made, services } = definition({ hooks: { payloadTypes: true }, module });
    const { host, told } = hostOf([made]);
    await host.start();
    if (failsBefore) host.created(session());
    const stopping = host.stop();
    // Nobody would look at what is hidden.
    services[0]?.watchPayloads(session(), 0, [0], [0]);
    services[0]?.publishDtmf(digitOf(session()));
    await stopping;
    assert.deepEqual([calls.splice(0), told], [['stop', 'stopped'], []]);
  }
});

test('a microtask that throws disables its module', async () => {
  const sessionCreated = () =>
    queueMicrotask(() => {
      throw new Error('in a microtask');
    });
  const { host, log } = hostOf([definition({ module: { sessionCreated, stop: () => {} } }).made]);
  await host.start();
  host.created(session());
  await delay(0);
  assert.match(log.lines.join('\n'), /is disabled: uncaught exception: in a microtask/);
});

test('a module that does not end is waited for some seconds', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { host, log } = hostOf([definition({ module: { stop: () => new Promise(() => {}) } }).made]);
  await host.start();
  const stopped = host.stop();
  await Promise.resolve();
  t.mock.timers.tick(5000);
  await stopped;
  assert.match(log.lines.join('\n'), /module 'probe' did not end: it takes longer than 5 s/);
});
