import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownDecoders, StreamDecoder } from '../../../src/audio/payload-decoder.ts';
import type { CapturedPacket } from '../../../src/captures/packet.ts';

/** A packet whose payload stands between other bytes. */
function packet(payloadType: number, payload: readonly number[]): CapturedPacket {
  const bytes = Buffer.from([1, 2, ...payload, 3]);
  const place = { bytes, start: 2, end: 2 + payload.length, incomplete: false, time: 0, offset: 0 };
  return { ...place, payloadType, marker: false, sequence: 0, timestamp: 0, ssrc: 0 };
}

test('G.711 by both laws, no more than there is room for', () => {
  const decoder = new StreamDecoder(ownDecoders);
  const samples = new Int16Array(3);
  assert.equal(decoder.decode(packet(0, [0xff, 0x80]), samples), 2);
  assert.deepEqual([...samples], [2, 32124, 0]);
  assert.equal(decoder.decode(packet(8, [0xd5, 0x2a, 0x55, 0x55]), samples), 3);
  assert.deepEqual([...samples], [8, -32256, -8]);
});

test('each payload type of a stream has one decoder, which is made when it comes', () => {
  const made: number[] = [];
  const decoder = new StreamDecoder((payloadType) => {
    made.push(payloadType);
    return payloadType === 4 ? undefined : { decode: (payload) => payload.length };
  });
  const lengths = [9, 0, 9, 4, 4].map((type) => decoder.decode(packet(type, [1, 2]), new Int16Array(2)));
  assert.deepEqual(lengths, [2, 2, 2, 0, 0]);
  assert.deepEqual(made, [9, 0, 4]);
});

test('G.722 goes on from packet to packet, and others need a library', () => {
  const tone = Array.from({ length: 80 }, (_, i) => 0xc0 | (i % 64));
  const [first, second] = [new Int16Array(80), new Int16Array(80)];
  const decoder = new StreamDecoder(ownDecoders);
  assert.equal(decoder.decode(packet(9, tone), first), 80);
  decoder.decode(packet(9, tone), second);
  assert.notDeepEqual(first, second);
  new StreamDecoder(ownDecoders).decode(packet(9, tone), second);
  assert.deepEqual(first, second);
  for (const payloadType of [3, 4, 18, 101]) assert.equal(ownDecoders(payloadType), undefined);
});
