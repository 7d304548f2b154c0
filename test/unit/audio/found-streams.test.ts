import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FoundStreams } from '../../../src/audio/found-streams.ts';
import type { CapturedPacket } from '../../../src/captures/packet.ts';

function packet(fields: Partial<CapturedPacket>): CapturedPacket {
  const place = { bytes: Buffer.alloc(0), start: 0, end: 0, incomplete: false };
  return { ...place, time: 0, offset: 0, payloadType: 0, marker: false, sequence: 0, timestamp: 0, ssrc: 1, ...fields };
}

test('a stream is from its first packet to the one behind its last', () => {
  const found = new FoundStreams();
  const rows: readonly [ssrc: number, sequence: number, time: number, offset: number][] = [
    [1, 11, 5, 100],
    [2, 50, 6, 200],
    [1, 10, 7, 300],
    [3, 1, 8, 400],
    [1, 11, 9, 500],
    [3, 2, 9, 600],
  ];
  const isNew = rows.map(([ssrc, sequence, time, offset]) =>
    found.add(packet({ ssrc, sequence, time, offset, timestamp: sequence * 160 }), 160),
  );
  assert.deepEqual(isNew, [true, true, true, true, false, true]);
  const { streams, atATime, leftOut } = found.choose();
  assert.deepEqual([atATime, leftOut], [2, 0]);
  assert.deepEqual(
    streams.map(({ ssrc, from, end, foundAt, startsAt, endsAt, packets, samples }) => [
      ...[ssrc, from, end, foundAt, startsAt, endsAt, packets, samples],
    ]),
    [
      [1, 100, 600, 5, 7, 7, 2, 320],
      [2, 200, 300, 6, 6, 6, 1, 160],
      [3, 400, Number.POSITIVE_INFINITY, 8, 8, 9, 2, 320],
    ],
  );
});

test('nothing is read beyond where a recording cannot be followed', () => {
  const found = new FoundStreams();
  found.add(packet({ offset: 10 }), 160);
  found.endAt(70);
  assert.equal(found.choose().streams[0]?.end, 70);
});

test('of too many streams at a time those with the fewest packets are left out', () => {
  const found = new FoundStreams();
  let offset = 0;
  for (let round = 1; round <= 40; round++) {
    // SSRC n has n packets.
    for (let ssrc = round; ssrc <= 40; ssrc++) {
      found.add(packet({ ssrc, sequence: round, timestamp: round * 160, offset: offset++ }), 160);
    }
  }
  const { streams, atATime, leftOut } = found.choose();
  assert.deepEqual(
    streams.map(({ ssrc }) => ssrc),
    // The first one ends before the second begins.
    [1, ...Array.from({ length: 32 }, (_, index) => 9 + index)],
  );
  assert.deepEqual([atATime, leftOut], [32, 2 + 3 + 4 + 5 + 6 + 7 + 8]);
});

test('any number of streams one after the other is decoded, up to a bound', () => {
  const found = new FoundStreams();
  for (let ssrc = 0; ssrc < 5000; ssrc++) found.add(packet({ ssrc, offset: ssrc }), 160);
  const { streams, atATime, leftOut } = found.choose();
  assert.deepEqual([streams.length, atATime, leftOut], [4096, 1, 5000 - 4096]);
});
