import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { UdpSender } from '../../../../src/modules/acct-rtcp-hep/udp-sender.ts';
import { atEnd } from '../../../helpers/cleanup.ts';
import { until } from '../../../helpers/deadline.ts';
import { HepCollector } from '../../../helpers/hep-collector.ts';
import { hepPacket } from './hep-packet.ts';
import { SenderBook } from './sender-book.ts';

const DEADLINE_MS = 5000;

test('packets arrive in their order', async (t) => {
  const collector = await HepCollector.open(t, 'udp');
  const book = new SenderBook();
  const sender = await UdpSender.open(book.partsFor(collector.port));
  for (const text of ['one', 'two', 'three']) sender.send(hepPacket(text));
  assert.deepEqual(
    (await collector.take(3)).map(({ payload }) => payload),
    ['one', 'two', 'three'],
  );
  await sender.close(1000);
  assert.deepEqual([book.delivered, book.lost, book.lines], [3, 0, []]);
});

test('a collector that was away gets everything from the first packet on', async (t) => {
  const collector = await HepCollector.open(t, 'udp');
  const { port } = collector;
  const book = new SenderBook();
  const sender = await UdpSender.open(book.partsFor(port));
  atEnd(t, () => sender.close(0));
  await collector.close();
  for (let round = 0; round < 3; round++) {
    sender.send(hepPacket('lost'));
    await delay(5);
  }
  await until(() => book.lost > 0, DEADLINE_MS, 'a loss');
  assert.match(book.lines[0] ?? '', /^WARN 1 packet to the collector lost: Connection refused \(111\)$/);
  await collector.listen(port);
  for (const text of ['one', 'two']) sender.send(hepPacket(text));
  assert.deepEqual(
    (await collector.take(2)).map(({ payload }) => payload),
    ['one', 'two'],
  );
});

test('an answer to an earlier packet does not take the next one with it', async (t) => {
  const collector = await HepCollector.open(t, 'udp');
  const { port } = collector;
  const book = new SenderBook();
  const sender = await UdpSender.open(book.partsFor(port));
  atEnd(t, () => sender.close(0));
  await collector.close();
  // The answer waits in the socket: nothing here gives the event loop a chance to read it, and so the next send fails by it.
  sender.send(hepPacket('refused'));
  await collector.listen(port);
  for (const text of ['one', 'two']) sender.send(hepPacket(text));
  const texts = (await collector.take(2)).map(({ payload }) => payload);
  assert.deepEqual(texts.sort(), ['one', 'two']);
  await until(() => book.delivered + book.lost === 4, DEADLINE_MS, 'an end of all');
  assert.equal(book.lost, 1);
});

test('a packet that no datagram can hold is lost and told', async (t) => {
  const collector = await HepCollector.open(t, 'udp');
  const book = new SenderBook();
  const sender = await UdpSender.open(book.partsFor(collector.port));
  sender.send(Buffer.alloc(sender.maxBytes + 1));
  await until(() => book.lost === 1, DEADLINE_MS, 'a loss');
  assert.match(book.lines[0] ?? '', /Message too long/);
  await sender.close(1000);
});

test('where there is no way, it does not open', async () => {
  const parts = { ...new SenderBook().partsFor(9), host: '255.255.255.255' };
  await assert.rejects(UdpSender.open(parts), { code: 'EACCES' });
});
