import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { activatedDescriptors } from '../../../src/process/daemonize.ts';
import { ServiceManager } from '../../../src/process/service-manager.ts';

function managerFor(env: Readonly<Record<string, string>>) {
  const opened: string[] = [];
  const sent: string[] = [];
  const manager = new ServiceManager(env, (path) => {
    opened.push(path);
    return {
      send: (bytes) => {
        sent.push(Buffer.from(bytes).toString());
        return 'sent';
      },
      close: () => void sent.push('closed'),
    };
  });
  return { manager, opened, sent };
}

test('the states of the daemon, as sd_notify(3) names them', () => {
  const { manager, opened, sent } = managerFor({ NOTIFY_SOCKET: '/run/notify' });
  manager.ready(false);
  manager.reloading();
  manager.reloaded();
  manager.draining();
  manager.stopping();
  manager.exited();
  assert.deepEqual(opened, ['/run/notify']);
  assert.match(sent[1] ?? '', /^RELOADING=1\nMONOTONIC_USEC=\d+$/);
  sent.splice(1, 1);
  assert.deepEqual(sent, [
    'READY=1\nSTATUS=Relaying media',
    'READY=1',
    'STATUS=Waiting for the last call to end',
    'STOPPING=1\nSTATUS=Ending',
    'STATUS=Exited',
    'closed',
  ]);
});

test('a process in the background says who it is', () => {
  const { manager, sent } = managerFor({ NOTIFY_SOCKET: '@abstract' });
  manager.ready(true);
  assert.deepEqual(sent, [`READY=1\nSTATUS=Relaying media\nMAINPID=${process.pid}`]);
});

test('without a usable socket nothing is opened', () => {
  for (const env of [{}, { NOTIFY_SOCKET: '' }, { NOTIFY_SOCKET: 'vsock:2:1' }, { NOTIFY_SOCKET: '/' }]) {
    const { manager, opened } = managerFor(env);
    manager.ready(true);
    manager.watch(() => assert.fail('nobody waits'));
    manager.exited();
    assert.deepEqual(opened, []);
  }
});

function watched(t: TestContext, env: Readonly<Record<string, string>>) {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const { manager, sent } = managerFor({ NOTIFY_SOCKET: '/x', ...env });
  let checks = 0;
  manager.watch(() => {
    checks += 1;
  });
  return { manager, sent, checks: () => checks, pass: (ms: number) => t.mock.timers.tick(ms) };
}

test('signs of life come twice as often as they are waited for, each after a check', (t) => {
  const { manager, sent, checks, pass } = watched(t, { WATCHDOG_USEC: '4000000', WATCHDOG_PID: String(process.pid) });
  pass(1999);
  assert.deepEqual(sent, []);
  pass(4001);
  assert.deepEqual([sent, checks()], [['WATCHDOG=1', 'WATCHDOG=1', 'WATCHDOG=1'], 3]);
  manager.unwatch();
  pass(10_000);
  assert.equal(sent.length, 3);
});

test('nobody waits for another process, or with a limit that is none', (t) => {
  for (const env of [{ WATCHDOG_USEC: '1000000', WATCHDOG_PID: '1' }, { WATCHDOG_USEC: 'x' }, { WATCHDOG_USEC: '0' }]) {
    const { sent, pass } = watched(t, env);
    pass(100_000);
    assert.deepEqual(sent, []);
    t.mock.timers.reset();
  }
});

test('descriptors are passed to one process', () => {
  const count = (env: Readonly<Record<string, string>>) => activatedDescriptors(env, 7);
  assert.equal(count({ LISTEN_PID: '7', LISTEN_FDS: '2' }), 2);
  assert.equal(count({ LISTEN_PID: '8', LISTEN_FDS: '2' }), 0);
  assert.equal(count({ LISTEN_FDS: '2' }), 0);
  assert.equal(count({ LISTEN_PID: '7' }), 0);
  for (const wrong of ['', '-1', '1x', ' 1']) assert.equal(count({ LISTEN_PID: '7', LISTEN_FDS: wrong }), 0);
});
