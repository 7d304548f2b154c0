import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import type { ControlClient } from '../helpers/control-client.ts';
import type { Daemon } from '../helpers/daemon.ts';
import { until } from '../helpers/deadline.ts';
import { startOpenRelay } from './support/control-sockets.ts';
import { openFiles } from './support/descriptors.ts';
import { HOST, startRelay, untilLogged } from './support/relay.ts';
import { StreamClient } from './support/stream-client.ts';
import { UdpPeer } from './support/udp-peer.ts';

// What the daemon opens it closes again, and running out of descriptors refuses calls but harms nothing else.

/** All connections of the daemon together (protocol.md 2.1). */
const MAX_CONNECTIONS = 99;
const FLOOD = 300;

/** Waits until the daemon has open what it had before. */
async function assertSameFiles(daemon: Daemon, before: readonly string[]): Promise<void> {
  await until(() => openFiles(daemon.pid).length <= before.length, 2000, 'closed descriptors');
  assert.deepEqual(openFiles(daemon.pid), before);
}

test('2,000 sessions leave no descriptor behind', async (t) => {
  const { controlAt, control, daemon } = await startRelay(t);
  const client = await UdpPeer.open(t, HOST);
  await control.command('I');
  const before = openFiles(daemon.pid);
  // Ten at a time; those that are deleted give their ports to the next.
  const all = async (command: (index: number) => string, from: number, expected: RegExp) => {
    for (let i = from; i < from + 10; i++) await client.send(command(i), controlAt);
    for (let i = from; i < from + 10; i++) assert.match((await client.next()).data.toString('latin1'), expected);
  };
  for (let from = 0; from < 2000; from += 10) {
    await all((i) => `u${i} U c${i} ${HOST} 4000 from`, from, /^u\d+ \d+ 127\.0\.0\.1\n$/);
    await all((i) => `l${i} L c${i} ${HOST} 4002 from to`, from, /^l\d+ \d+ 127\.0\.0\.1\n$/);
    await all((i) => `d${i} D c${i} from to`, from, /^d\d+ 0\n$/);
  }
  assert.equal(await control.command('G nsess_created nsess_complete nsess_destroyed'), '2000 2000 2000\n');
  await assertSameFiles(daemon, before);
});

for (const kind of ['tcp', 'cunix', 'unix'] as const) {
  test(`a flood of ${FLOOD} connections to ${kind}: keeps to the limit and leaves nothing behind`, async (t) => {
    const { control, daemon, streams } = await startOpenRelay(t);
    await control.command('I');
    const before = openFiles(daemon.pid);
    const clients: StreamClient[] = [];
    for (let i = 0; i < FLOOD; i++) clients.push(await StreamClient.connect(t, streams[kind]));
    // The connections that have been idle longest give way to later ones.
    const kept = clients.slice(-MAX_CONNECTIONS);
    for (const client of clients.slice(0, -MAX_CONNECTIONS)) assert.equal(await client.ended(), '');
    assert.equal(openFiles(daemon.pid).length, before.length + MAX_CONNECTIONS);

    // Those who have a place are served, and other sockets too.
    for (const client of [kept[0], kept.at(-1)]) {
      client?.send('V\n');
      assert.equal(await client?.reply(9), '20040107\n');
    }
    assert.equal(await control.command('V'), '20040107\n');

    for (const client of clients) client.socket.destroy();
    await assertSameFiles(daemon, before);
    const again = await StreamClient.connect(t, streams[kind]);
    again.send('V\n');
    assert.equal(await again.reply(9), '20040107\n');
  });
}

/** Descriptors that the kernel's table of the process has room for. */
function tableSize(pid: number): number {
  return Number(/^FDSize:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]);
}

test('the table of descriptors has its size from the start, so that no call waits for the kernel to make it larger', async (t) => {
  for (const limit of [300, 4096]) {
    const { daemon } = await startRelay(t, ['-l', HOST, '-L', String(limit)]);
    const size = tableSize(daemon.pid);
    assert.ok(size >= limit && size <= 2 * limit, `${size} for ${limit}`);
  }
  const { control, daemon } = await startRelay(t);
  const size = tableSize(daemon.pid);
  assert.ok(size <= 262_144, 'a huge limit costs no memory');
  for (let i = 0; i < 200; i++) assert.match(await control.command(`U c${i} ${HOST} 4000 from`), /^\d+ 127/);
  assert.equal(tableSize(daemon.pid), size);
});

/** Creates sessions until one is refused; returns how many there are now. */
async function fill(control: ControlClient, name: string): Promise<number> {
  for (let count = 0; count < 100; count++) {
    const reply = await control.command(`U ${name}${count} ${HOST} 4000 from`);
    if (reply === 'E72\n') return count;
    assert.match(reply, /^\d+ 127\.0\.0\.1\n$/);
  }
  return assert.fail('100 sessions within the limit');
}

/** A daemon that may open 64 files, with sockets of every kind. */
async function startLimited(t: TestContext) {
  const relay = await startOpenRelay(t, ['-l', HOST, '-L', '64']);
  await relay.control.command('I');
  return { ...relay, before: openFiles(relay.daemon.pid) };
}

test('without free descriptors new sessions are refused, and the rest goes on', async (t) => {
  const { control, daemon, before, streams } = await startLimited(t);
  const count = await fill(control, 'a');
  assert.ok(count >= 5, `${count} sessions`);
  // Half a session is no leak: what was refused holds nothing.
  const full = openFiles(daemon.pid);
  for (let i = 0; i < 20; i++) assert.equal(await control.command(`U b${i} ${HOST} 4000 from`), 'E72\n');
  assert.equal(await control.command(`L a0 ${HOST} 4002 from to`), 'E71\n');
  assert.match(await control.command(`U a0 ${HOST} 4000 from to && L ${HOST} 4002`), /^\d+ 127\.0\.0\.1 && -1\n$/);
  assert.match(await control.command('Q a0 from'), /^\d+ 0 0 0 0\n$/);
  assert.deepEqual(openFiles(daemon.pid), full);

  // A stream client is not left hanging.
  const late = await StreamClient.connect(t, streams.unix);
  late.send('V');
  assert.match(await late.ended(), /^(20040107\n)?$/);
  late.socket.destroy();

  await untilLogged(daemon, /can't create session: .*too many open files.*-L/i);

  for (let i = 0; i < count; i++) assert.equal(await control.command(`D a${i} from`), '0\n');
  await assertSameFiles(daemon, before);
  assert.equal(await fill(control, 'c'), count, 'as many fit as before');
  assert.equal(await control.command('X'), '0\n');
  await assertSameFiles(daemon, before);
  assert.doesNotMatch(daemon.stderr(), /CRIT/);
});

test('without free descriptors connections are turned away', async (t) => {
  const { control, daemon, before, streams } = await startLimited(t);
  const clients: StreamClient[] = [];
  for (let i = 0; i < 70; i++) clients.push(await StreamClient.connect(t, streams.tcp));
  assert.equal(await control.command('V'), '20040107\n');
  assert.equal(await control.command(`U c ${HOST} 4000 from`), 'E72\n');
  for (const client of clients) client.socket.destroy();
  await assertSameFiles(daemon, before);
  assert.match(await control.command(`U c ${HOST} 4000 from`), /^\d+ 127\.0\.0\.1\n$/);
  const again = await StreamClient.connect(t, streams.tcp);
  again.send('V\n');
  assert.equal(await again.reply(9), '20040107\n');
});
