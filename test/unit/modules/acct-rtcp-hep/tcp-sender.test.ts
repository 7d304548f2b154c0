import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { TcpSender } from '../../../../src/modules/acct-rtcp-hep/tcp-sender.ts';
import { atEnd } from '../../../helpers/cleanup.ts';
import { until } from '../../../helpers/deadline.ts';
import { HepCollector } from '../../../helpers/hep-collector.ts';
import { hepPackets } from '../../../helpers/hep-decoder.ts';
import { freeTcpPort } from '../../../helpers/tcp-port.ts';
import { hepPacket } from './hep-packet.ts';
import { SenderBook } from './sender-book.ts';

const DEADLINE_MS = 10_000;

async function openTo(t: TestContext, port: number) {
  const book = new SenderBook();
  const sender = await TcpSender.open(book.partsFor(port));
  atEnd(t, () => sender.close(0));
  return { sender, book };
}

async function textsOf(collector: HepCollector, count: number): Promise<string[]> {
  return (await collector.take(count)).map(({ payload }) => payload);
}

test('packets follow one another in one connection', async (t) => {
  const collector = await HepCollector.open(t, 'tcp');
  const { sender, book } = await openTo(t, collector.port);
  const texts = Array.from({ length: 500 }, (_, index) => `packet ${index}`);
  for (const text of texts) sender.send(hepPacket(text, 300));
  assert.deepEqual(
    (await textsOf(collector, 500)).map((text) => text.replace(/\.*$/, '')),
    texts,
  );
  await sender.close(1000);
  assert.deepEqual([book.delivered, book.lost, book.lines], [500, 0, []]);
});

test('a collector that is away keeps the daemon from starting', async () => {
  const port = await freeTcpPort('127.0.0.1');
  await assert.rejects(TcpSender.open(new SenderBook().partsFor(port)), { code: 'ECONNREFUSED' });
});

test('a collector that comes back gets what waited, and then all', async (t) => {
  const collector = await HepCollector.open(t, 'tcp');
  const { port } = collector;
  const { sender, book } = await openTo(t, port);
  sender.send(hepPacket('one'));
  assert.deepEqual(await textsOf(collector, 1), ['one']);
  await collector.close();
  await until(() => book.lines.length > 0, DEADLINE_MS, 'a warning');
  assert.deepEqual(book.lines.splice(0), [
    `WARN no connection to the collector 127.0.0.1:${port}: closed by the collector; trying again`,
  ]);
  for (const text of ['two', 'three']) sender.send(hepPacket(text));
  await collector.listen(port);
  assert.deepEqual(await textsOf(collector, 2), ['two', 'three']);
  sender.send(hepPacket('four'));
  assert.deepEqual(await textsOf(collector, 1), ['four']);
  await until(() => book.delivered === 4, DEADLINE_MS, 'all delivered');
  assert.deepEqual(book.lines, [`INFO connected to the collector 127.0.0.1:${port} again`]);
  assert.equal(book.lost, 0);
});

/** Accepts connections and reads nothing. */
async function openStopped(t: TestContext) {
  const sockets: Socket[] = [];
  const server = createServer({ pauseOnConnect: true }, (socket) => sockets.push(socket));
  atEnd(t, async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert(address !== null && typeof address !== 'string');
  return { sockets, port: address.port };
}

test('a collector that does not read costs no more memory than there is room, and what is lost is counted', async (t) => {
  const { sockets, port } = await openStopped(t);
  const { sender, book } = await openTo(t, port);
  const packet = hepPacket('x', 50_000);
  const sent = 400;
  for (let index = 0; index < sent; index++) sender.send(packet);
  assert(book.lost > 0);
  assert.match(book.lines[0] ?? '', /^WARN 1 packet to the collector lost: it does not take them$/);
  // Then it goes on, and gets all the others.
  let bytes = Buffer.alloc(0);
  let received = 0;
  await until(() => sockets.length === 1, DEADLINE_MS, 'a connection');
  sockets[0]?.on('data', (data) => {
    const found = hepPackets(Buffer.concat([bytes, data]));
    bytes = Buffer.concat([bytes, data]).subarray(found.bytes);
    received += found.packets.length;
  });
  sockets[0]?.resume();
  await until(() => book.delivered + book.lost === sent && received === book.delivered, DEADLINE_MS, 'the others');
});

test('the end waits for no collector', async (t) => {
  const { port } = await openStopped(t);
  const { sender, book } = await openTo(t, port);
  const packet = hepPacket('x', 50_000);
  for (let index = 0; index < 100; index++) sender.send(packet);
  const start = performance.now();
  await sender.close(50);
  assert(performance.now() - start < 2000);
  assert.equal(book.delivered + book.lost, 100);
});
