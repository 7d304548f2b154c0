import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PacketQueue, reorderDepth } from '../../../src/audio/packet-queue.ts';

interface Packet {
  readonly sequence: number;
  readonly timestamp: number;
}

const packet = (sequence: number, timestamp = sequence * 160): Packet => ({ sequence, timestamp });

/** Takes packets off until there are as few left. */
function played(queue: PacketQueue<Packet>, left = 0): number[] {
  const order: number[] = [];
  while (queue.length > left) order.push(queue.shift()?.sequence ?? -1);
  return order;
}

test('packets find their places, and copies are not taken', () => {
  const queue = new PacketQueue<Packet>();
  assert.deepEqual(
    [3, 5, 4, 4, 1, 2, 3].map((sequence) => queue.add(packet(sequence))),
    [...[true, true, true, false, true, true, false]],
  );
  assert.equal(queue.peek()?.sequence, 1);
  assert.deepEqual(played(queue), [1, 2, 3, 4, 5]);
  assert.equal(queue.shift(), undefined);
  assert.equal(queue.peek(), undefined);
});

test('sequence number and time stamp wrap, each by itself', () => {
  const sequences = new PacketQueue<Packet>();
  for (const each of [packet(65535, 100), packet(1, 420), packet(0, 260)]) sequences.add(each);
  assert.deepEqual(played(sequences), [65535, 0, 1]);
  const stamps = new PacketQueue<Packet>();
  for (const each of [packet(10, 2 ** 32 - 160), packet(12, 160), packet(11, 0)]) stamps.add(each);
  assert.deepEqual(played(stamps), [10, 11, 12]);
});

test('what belongs before a packet that is gone is left out and counted', () => {
  const queue = new PacketQueue<Packet>();
  for (let i = 10; i < 20; i++) queue.add(packet(i));
  assert.deepEqual(played(queue, 5), [10, 11, 12, 13, 14]);
  assert.equal(queue.add(packet(3)), false);
  assert.equal(queue.add(packet(14)), false);
  assert.equal(queue.add(packet(12)), false);
  assert.equal(queue.late, 3);
  assert.deepEqual(played(queue), [15, 16, 17, 18, 19]);
});

test('a stream that begins anew with lower numbers goes on behind what was before', () => {
  const queue = new PacketQueue<Packet>();
  for (let i = 1000; i < 1010; i++) queue.add(packet(i));
  played(queue, 4);
  for (const sequence of [65535, 0, 2, 1, 1, 3]) queue.add(packet(sequence, 5000 + 160 * ((sequence + 1) % 65536)));
  assert.deepEqual(played(queue), [1006, 1007, 1008, 1009, 65535, 0, 1, 2, 3]);
  assert.equal(queue.late, 0);
});

test('thousands of packets pass through', () => {
  const queue = new PacketQueue<Packet>();
  const order: number[] = [];
  for (let i = 0; i < 5000; i++) {
    // Every second pair changes places.
    queue.add(packet(i ^ (i & 2 ? 1 : 0)));
    if (queue.length > 8) order.push(queue.shift()?.sequence ?? -1);
  }
  order.push(...played(queue));
  assert.deepEqual(
    order,
    Array.from({ length: 5000 }, (_, i) => i),
  );
});

test('the more streams there are, the fewer packets of each wait', () => {
  assert.deepEqual([1, 8, 16, 32].map(reorderDepth), [2048, 2048, 1024, 512]);
});
