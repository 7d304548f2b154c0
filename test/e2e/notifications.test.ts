import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type ListenOptions, type Socket } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { atEnd, temporaryDirectory } from '../helpers/cleanup.ts';
import { until } from '../helpers/deadline.ts';
import { HOST, startRelay } from './support/relay.ts';

/** Longer than the second to which a timer of one second may be stretched. */
const TIMEOUT_MS = 5000;

interface Vector {
  readonly kind: string;
  readonly commands?: readonly string[];
  readonly tags?: readonly string[];
  readonly stream_bytes?: string;
}

const fixture = new URL('../fixtures/media/notifications.json', import.meta.url);
const vectors = JSON.parse(readFileSync(fixture, 'utf8')) as readonly Vector[];

/** Listens for notifications; `text` is what all connections have brought. */
async function listen(t: TestContext, at: ListenOptions) {
  const state = { text: '', sockets: [] as Socket[], port: 0 };
  const server = createServer((socket) => {
    state.sockets.push(socket);
    socket.on('error', () => {});
    socket.on('data', (data) => {
      state.text += data.toString('latin1');
    });
  });
  atEnd(t, () => {
    for (const socket of state.sockets) socket.destroy();
    server.close();
  });
  server.listen(at);
  await once(server, 'listening');
  const address = server.address();
  state.port = address === null || typeof address === 'string' ? 0 : address.port;
  return state;
}

for (const { commands = [], tags = [], stream_bytes = '' } of vectors.filter(({ kind }) => kind === 'timeout')) {
  test('time-outs write the bytes of the C daemon to a unix socket', async (t) => {
    const path = join(temporaryDirectory(t), 'socket');
    const receiver = await listen(t, { path });
    const { control } = await startRelay(t, ['-l', HOST, '-n', `unix:${path}`]);
    const [command = ''] = commands;
    for (const [index, tag] of ['call%20tag', ...tags].entries()) {
      const text = command.replace('tN', `t${index}`).replace('SOCK', path).replace('TAG', tag);
      assert.match(await control.command(text.replace('127.77.1.1', HOST)), /^\d+ 127\.0\.0\.1\n$/);
    }
    await until(() => receiver.text.length >= stream_bytes.length, TIMEOUT_MS, 'notifications');
    // Sessions that end in the same second have no order; each tag ends with LF, and one has an LF inside.
    assert.deepEqual(receiver.text.split('\n').sort(), stream_bytes.split('\n').sort());
    assert.equal(receiver.sockets.length, 1);
  });
}

test('a controller that closes the connection after each notification misses none', async (t) => {
  const receiver = await listen(t, { host: HOST, port: 0 });
  const target = `tcp:${HOST}:${receiver.port}`;
  const { control } = await startRelay(t, ['-l', HOST, '-n', target, '-T', '1']);
  for (let round = 1; round <= 2; round++) {
    await control.command(`U c${round} ${HOST} 4000 a b ${target} tag${round}`);
    await until(() => receiver.text.endsWith(`tag${round}\n`), TIMEOUT_MS, `notification ${round}`);
    for (const socket of receiver.sockets) socket.destroy();
  }
  assert.equal(receiver.text, 'tag1\ntag2\n');
  assert.equal(receiver.sockets.length, 2);
});

test('the wildcard target is the sender of the command', async (t) => {
  const receiver = await listen(t, { host: HOST, port: 0 });
  const target = `tcp:%%CC_SELF%%:${receiver.port}`;
  const { control } = await startRelay(t, ['-l', HOST, '-n', target, '-T', '1']);
  await control.command(`U c ${HOST} 4000 a b ${target} tag`);
  await until(() => receiver.text === 'tag\n', TIMEOUT_MS, 'notification');
  assert.equal(receiver.sockets[0]?.remoteAddress, HOST);
});

test('the notification of the last session still goes out when the daemon ends with it', async (t) => {
  const receiver = await listen(t, { host: HOST, port: 0 });
  const target = `tcp:${HOST}:${receiver.port}`;
  const { control, daemon } = await startRelay(t, ['-l', HOST, '-n', target, '-T', '1'], { logLevel: 'info' });
  await control.command(`U c ${HOST} 4000 a b ${target} tag`);
  process.kill(daemon.pid, 'SIGHUP');
  assert.deepEqual(await daemon.exited, { code: 0, signal: null });
  await until(() => receiver.text === 'tag\n', TIMEOUT_MS, 'notification');
});

test('neither D nor the end of the daemon notifies, and an unknown target is only logged', async (t) => {
  const receiver = await listen(t, { host: HOST, port: 0 });
  const target = `tcp:${HOST}:${receiver.port}`;
  const { control, daemon } = await startRelay(t, ['-l', HOST, '-n', target]);
  await control.command(`U deleted ${HOST} 4000 a b ${target} tag`);
  await control.command(`U kept ${HOST} 4000 a b ${target} tag`);
  assert.match(await control.command(`U other ${HOST} 4000 a b nowhere tag`), /^\d+ /);
  assert.equal(await control.command('D deleted a'), '0\n');
  await daemon.stop();
  assert.deepEqual(receiver.sockets, []);
  assert.match(daemon.stderr(), /^ERR:other:update:0: invalid socket name nowhere$/m);
});
