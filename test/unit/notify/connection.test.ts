import assert from 'node:assert/strict';
import { once } from 'node:events';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { NotifyConnection } from '../../../src/notify/connection.ts';
import type { NotifyDestination } from '../../../src/session/session.ts';
import { atEnd, temporaryDirectory } from '../../helpers/cleanup.ts';
import { until } from '../../helpers/deadline.ts';
import { LogBook } from '../session/log-book.ts';
import { Receiver } from './receiver.ts';

const DEADLINE_MS = 5000;
const REFUSED = "ERR:GLOBAL:notify: can't connect to timeout socket: Connection refused (111)";
const LOST = 'ERR:GLOBAL:notify: unable to send timeout notification';

function connectionTo(t: TestContext, destination: NotifyDestination) {
  const log = new LogBook();
  const connection = new NotifyConnection(destination, log);
  atEnd(t, () => connection.close(0));
  const send = (text: string) => connection.send(Buffer.from(`${text}\n`, 'latin1'));
  const idle = () => until(() => connection.idle, DEADLINE_MS, 'idle connection');
  return { connection, log, send, idle };
}

test('one connection brings every message, in order', async (t) => {
  const receiver = await Receiver.open(t);
  const { send, idle, log } = connectionTo(t, receiver.destination);
  send('one');
  send('two\xff');
  await receiver.expect('one\ntwo\xff\n');
  await idle();
  send('three');
  await receiver.expect('one\ntwo\xff\nthree\n');
  assert.deepEqual(log.lines, []);
});

test('a unix socket is a destination too', async (t) => {
  const path = join(temporaryDirectory(t), 'socket');
  const receiver = await Receiver.open(t, { path });
  const { send } = connectionTo(t, { kind: 'unix', path });
  send('one');
  await receiver.expect('one\n');
});

test('the connection comes from the wanted address', async (t) => {
  const receiver = await Receiver.open(t);
  const { send } = connectionTo(t, { kind: 'tcp', host: '127.0.0.1', port: receiver.port, localAddress: '127.0.0.9' });
  send('one');
  await receiver.expect('one\n');
  assert.equal(receiver.sockets[0]?.remoteAddress, '127.0.0.9');
});

for (const kind of ['tcp', 'unix'] as const) {
  test(`nothing is lost when the ${kind} peer has closed before`, async (t) => {
    const path = join(temporaryDirectory(t), 'socket');
    const receiver = await Receiver.open(t, kind === 'unix' ? { path } : undefined);
    const { send, idle, log } = connectionTo(t, kind === 'unix' ? { kind, path } : receiver.destination);
    for (let round = 1; round <= 3; round++) {
      send(`message ${round}`);
      await receiver.expect(`message ${round}\n`, round);
      await idle();
      // The next message follows before this process has seen the end of the connection.
      if (round === 1) receiver.sockets.at(-1)?.destroy();
      else receiver.sockets.at(-1)?.end();
    }
    assert.deepEqual(log.lines, []);
  });
}

test('what the peer resets unread is sent again', async (t) => {
  const receiver = await Receiver.open(t);
  receiver.reading = false;
  const { send, idle, log } = connectionTo(t, receiver.destination);
  send('one');
  await until(() => receiver.sockets.length === 1, DEADLINE_MS, 'connection');
  await idle();
  receiver.reading = true;
  receiver.sockets[0]?.resetAndDestroy();
  await receiver.expect('one\n', 2);
  assert.match(
    log.lines.join('\n'),
    /^ERR:GLOBAL:notify: failed to send timeout notification: Connection reset by peer/,
  );
});

test('what the peer sends is dropped', async (t) => {
  const receiver = await Receiver.open(t);
  const { send } = connectionTo(t, receiver.destination);
  send('one');
  await receiver.expect('one\n');
  const [socket] = receiver.sockets;
  assert.ok(socket);
  const megabytes = Buffer.alloc(8 * 1024 * 1024);
  // Ends only if the other side reads it all.
  await new Promise((resolve) => socket.write(megabytes, resolve));
  send('two');
  await receiver.expect('one\ntwo\n');
});

test('a message that cannot be delivered is given up after three retries; the next one tries anew', async (t) => {
  const receiver = await Receiver.open(t);
  const { port, destination } = receiver;
  await receiver.close();
  const { send, idle, log } = connectionTo(t, destination);
  send('lost');
  await idle();
  assert.deepEqual(log.take(), [REFUSED, REFUSED, REFUSED, REFUSED, LOST]);
  const again = await Receiver.open(t, { host: '127.0.0.1', port });
  send('found');
  await again.expect('found\n');
  assert.deepEqual(log.take(), []);
});

test('a controller that comes back within the retries gets the message', async (t) => {
  const receiver = await Receiver.open(t);
  const { port, destination } = receiver;
  await receiver.close();
  const { send, log } = connectionTo(t, destination);
  send('one');
  await until(() => log.lines.length === 2, DEADLINE_MS, 'two failures');
  send('two');
  const again = await Receiver.open(t, { host: '127.0.0.1', port });
  await again.expect('one\ntwo\n');
  assert.deepEqual(log.lines, [REFUSED, REFUSED]);
});

test('what nobody wants later is lost when the controller is away, and the rest is tried again', async (t) => {
  const receiver = await Receiver.open(t);
  const { port, destination } = receiver;
  await receiver.close();
  const { connection, send, idle, log } = connectionTo(t, destination);
  const sendMomentary = (text: string) => connection.send(Buffer.from(`${text}\n`), true);
  sendMomentary('alone');
  await idle();
  assert.deepEqual(log.take(), [REFUSED, LOST]);
  send('kept');
  sendMomentary('lost');
  await until(() => log.lines.length === 2, DEADLINE_MS, 'a lost message');
  const again = await Receiver.open(t, { host: '127.0.0.1', port });
  await again.expect('kept\n');
  sendMomentary('found');
  await again.expect('kept\nfound\n');
  assert.deepEqual(log.lines, [REFUSED, LOST]);
});

test('what nobody wants later is not lost with a connection that the controller has closed', async (t) => {
  const receiver = await Receiver.open(t);
  const { connection, idle, log } = connectionTo(t, receiver.destination);
  for (let round = 1; round <= 3; round++) {
    connection.send(Buffer.from(`digit ${round}\n`), true);
    await receiver.expect(`digit ${round}\n`, round);
    await idle();
    receiver.sockets.at(-1)?.destroy();
  }
  assert.deepEqual(log.lines, []);
});

test('a peer that does not read costs a bounded number of messages in memory', async (t) => {
  const receiver = await Receiver.open(t);
  receiver.reading = false;
  const { connection, log } = connectionTo(t, receiver.destination);
  const message = Buffer.alloc(8000, 'x');
  await until(
    () => {
      for (let i = 0; i < 100; i++) connection.send(message);
      return log.lines.length > 0;
    },
    DEADLINE_MS,
    'full queue',
  );
  for (let i = 0; i < 1000; i++) connection.send(message);
  assert.deepEqual(log.lines, [
    'ERR:GLOBAL:notify: too many timeout notifications wait to be sent, dropping further ones',
  ]);
});

test('close lets out what is on its way, and nothing after it', async (t) => {
  const receiver = await Receiver.open(t);
  const { connection, send } = connectionTo(t, receiver.destination);
  send('one');
  await connection.close(DEADLINE_MS);
  send('two');
  await until(() => receiver.sockets.length === 1, DEADLINE_MS, 'connection');
  const [socket] = receiver.sockets;
  assert.ok(socket);
  if (!socket.readableEnded) await once(socket, 'end');
  assert.deepEqual(receiver.texts, ['one\n']);
});

test('close does not wait for a destination that is away', async (t) => {
  const receiver = await Receiver.open(t);
  const { destination } = receiver;
  await receiver.close();
  const { connection, send, log } = connectionTo(t, destination);
  send('lost');
  const closed = connection.close(60_000);
  await closed;
  assert.deepEqual(log.take(), [REFUSED, LOST]);
});
