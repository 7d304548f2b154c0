import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { staticCodec } from '../../../src/quality/codecs.ts';
import { lossOf, type PacketCounts, streamQuality } from '../../../src/quality/stream.ts';

const PCMU = 0;
const PCMA = 8;
const G729 = 18;

/** Losses at random, one by one. */
function random(expected: number, lost: number): PacketCounts {
  return { expected, lost, lossEvents: lost, late: 0 };
}

/** MOS by losses at random in percent. */
const TABLES: readonly (readonly [name: string, payloadType: number, scores: Readonly<Record<number, number>>])[] = [
  ['G.711', PCMU, { 0: 4.41, 1: 4.33, 2: 4.23, 3: 4.13, 5: 3.92, 10: 3.41, 20: 2.63 }],
  ['G.711', PCMA, { 0: 4.41, 1: 4.33, 2: 4.23, 3: 4.13, 5: 3.92, 10: 3.41, 20: 2.63 }],
  ['G.729A', G729, { 0: 4.1, 1: 3.95, 2: 3.79, 3: 3.63, 5: 3.34, 10: 2.75, 20: 2.02 }],
];

describe('MOS by loss', () => {
  for (const [name, payloadType, scores] of TABLES) {
    for (const [percent, expected] of Object.entries(scores)) {
      test(`${name} (${payloadType}), ${percent} %: ${expected}`, () => {
        const mos = streamQuality(random(10_000, 100 * Number(percent)), payloadType) ?? 0;
        assert.ok(Math.abs(mos - expected) <= 0.02, String(mos));
      });
    }
  }
});

test('60 of 2000 packets in 15 runs of 4: the burst ratio is the mean length by (1 - p)', () => {
  const counts = { expected: 2000, lost: 60, lossEvents: 15, late: 0 };
  const { percent, burstRatio } = lossOf(counts);
  assert.equal(percent, 3);
  assert.ok(Math.abs(burstRatio - 4 * 0.97) < 1e-9, String(burstRatio));
  const inBursts = streamQuality(counts, PCMU) ?? 0;
  const atRandom = streamQuality(random(2000, 60), PCMU) ?? 0;
  assert.ok(Math.abs(atRandom - 4.13) < 0.01, String(atRandom));
  assert.ok(inBursts < atRandom - 0.01, `${inBursts}, at random ${atRandom}`);
});

test('a late packet counts as lost', () => {
  const late = { expected: 1000, lost: 10, lossEvents: 10, late: 20 };
  assert.equal(lossOf(late).percent, 3);
  assert.equal(streamQuality(late, PCMU), streamQuality(random(1000, 30), PCMU));
});

test('losses that no run is known of are random, and figures beyond reason are bounded', () => {
  assert.deepEqual(lossOf({ expected: 100, lost: 3, lossEvents: 0, late: 0 }), { percent: 3, burstRatio: 1 });
  assert.deepEqual(lossOf({ expected: 0, lost: 0, lossEvents: 0, late: 0 }), { percent: 0, burstRatio: 1 });
  assert.equal(lossOf({ expected: 10, lost: 9, lossEvents: 1, late: 9 }).percent, 100);
  assert.equal(lossOf({ expected: 10, lost: -2, lossEvents: 0, late: 0 }).percent, 0);
});

test('nothing is told of fewer than 50 packets, of an unknown codec, and of one without published values', () => {
  assert.equal(streamQuality(random(10, 0), PCMU), undefined);
  assert.equal(streamQuality(random(49, 0), PCMU), undefined);
  assert.notEqual(streamQuality(random(50, 0), PCMU), undefined);
  for (const payloadType of [-1, 1, 13, 15, 31, 96, 127]) {
    assert.equal(streamQuality(random(1000, 0), payloadType), undefined, String(payloadType));
  }
});

test('delay lowers the score from 100 ms on', () => {
  const counts = random(1000, 0);
  assert.equal(streamQuality(counts, PCMU, 100), streamQuality(counts, PCMU));
  assert.ok((streamQuality(counts, PCMU, 300) ?? 5) < (streamQuality(counts, PCMU) ?? 0) - 0.3);
});

test('static payload types have name and clock rate', () => {
  assert.equal(staticCodec(0)?.name, 'PCMU');
  assert.equal(staticCodec(9)?.clockRate, 8000);
  assert.equal(staticCodec(34)?.clockRate, 90_000);
  assert.equal(staticCodec(96), undefined);
});
