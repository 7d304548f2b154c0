import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { until } from '../helpers/deadline.ts';
import { startWorker } from './children/worker-thread.ts';
import { openCall, openEngine } from './native-engine.ts';
import { DEADLINE_MS, Phone, rtp } from './phone.ts';

/** Relay threads of this process. */
function relayThreads(): number {
  const names = readdirSync('/proc/self/task').map((id) => {
    try {
      return readFileSync(`/proc/self/task/${id}/comm`, 'latin1');
    } catch {
      return '';
    }
  });
  return names.filter((name) => name.startsWith('rtp-relay-')).length;
}

test('two engines work side by side, and the end of one is not that of the other', async (t) => {
  const told = new Set<string>();
  const first = openEngine(t, { workers: 2 }, () => told.add('first'));
  const second = openEngine(t, { workers: 1 }, () => told.add('second'));
  await until(() => relayThreads() === 3, DEADLINE_MS, 'threads');
  const left = await Phone.open(t);
  const right = await Phone.open(t);
  const one = await openCall(first);
  const two = await openCall(second);
  assert.equal(one.session, two.session, 'each counts its sessions for itself');
  first.setPeer(one.session, 1, 'address', false, '127.0.0.1', left.port);
  second.setPeer(two.session, 1, 'address', false, '127.0.0.1', right.port);
  await right.send(one.ports[0], rtp(1));
  await left.send(two.ports[0], rtp(2));
  await left.gets(1);
  await right.gets(1);
  await until(() => told.size === 2, DEADLINE_MS, 'callbacks of both');

  first.close();
  await until(() => relayThreads() === 1, DEADLINE_MS, 'end of threads');
  await left.send(two.ports[0], rtp(3));
  await right.gets(2);
  assert.equal(second.totals().packetsRelayed, 2);
});

test('sessions are spread over the workers', async (t) => {
  const engine = openEngine(t, { workers: 4 });
  await until(() => relayThreads() === 4, DEADLINE_MS, 'threads');
  const phone = await Phone.open(t);
  for (let i = 0; i < 8; i++) {
    const { session, ports } = await openCall(engine);
    engine.setPeer(session, 1, 'address', false, '127.0.0.1', phone.port);
    await phone.send(ports[0], rtp(i));
  }
  await phone.gets(8);
  const seen = phone.received.map((packet) => packet.readUInt16BE(2));
  assert.deepEqual(seen.sort(), [0, 1, 2, 3, 4, 5, 6, 7]);
});

test('an engine works in a worker thread', async () => {
  const worker = startWorker('worker-relay.ts');
  const messages: unknown[] = [];
  worker.on('message', (message) => messages.push(message));
  const code = await new Promise((resolve, reject) => {
    worker.once('error', reject).once('exit', resolve);
  });
  assert.deepEqual(messages, ['relayed', 'timeout', 'retired', 'closed']);
  assert.equal(code, 0);
});
