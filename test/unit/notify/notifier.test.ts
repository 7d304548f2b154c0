import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Notifier } from '../../../src/notify/notifier.ts';
import { atEnd } from '../../helpers/cleanup.ts';
import { LogBook } from '../session/log-book.ts';
import { Receiver } from './receiver.ts';

test('each destination has one connection, and gets tags with LF, byte for byte', async (t) => {
  const [first, second] = [await Receiver.open(t), await Receiver.open(t)];
  const log = new LogBook();
  const notifier = new Notifier(log);
  atEnd(t, () => notifier.close());
  notifier.send(first.destination, 'a tag');
  notifier.send(second.destination, 'line\nbreak\0\xe9');
  notifier.send({ ...first.destination }, 'b');
  await first.expect('a tag\nb\n');
  await second.expect('line\nbreak\0\xe9\n');
  assert.deepEqual(log.lines, []);
});

test('of many destinations the one used longest ago gives way', async (t) => {
  const receiver = await Receiver.open(t);
  const { port } = receiver;
  const log = new LogBook();
  const notifier = new Notifier(log);
  atEnd(t, () => notifier.close());
  const from = (index: number) =>
    ({ kind: 'tcp', host: '127.0.0.1', port, localAddress: `127.0.1.${index + 1}` }) as const;
  for (let index = 0; index < 130; index++) {
    notifier.send(from(index), `tag ${index}`);
    await receiver.expect(`tag ${index}\n`, index + 1);
  }
  const ended = receiver.sockets.flatMap((socket, index) => (socket.readableEnded ? [index] : []));
  assert.deepEqual(ended, [0, 1]);
  assert.deepEqual(log.lines, []);
});

test('close sends what waits', async (t) => {
  const receiver = await Receiver.open(t);
  const notifier = new Notifier(new LogBook());
  notifier.send(receiver.destination, 'last');
  await notifier.close();
  await receiver.expect('last\n');
});
