import assert from 'node:assert/strict';
import { test } from 'node:test';
import { delayImpairment, type Impairment, mosOf, rating } from '../../../src/quality/emodel.ts';

const G711: Impairment = { ie: 0, bpl: 25.1 };

function near(actual: number, expected: number, tolerance: number, what: string): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${what}: ${actual}, not ${expected}`);
}

test('without loss and delay R is 93.2, and MOS 4.41', () => {
  const r = rating(G711, { percent: 0, burstRatio: 1 });
  assert.equal(r, 93.2);
  near(mosOf(r), 4.41, 0.005, 'MOS');
});

test('losses in bursts cost more than the same losses at random', () => {
  const random = rating(G711, { percent: 3, burstRatio: 1 });
  const bursts = rating(G711, { percent: 3, burstRatio: 3.88 });
  near(random, 93.2 - (95 * 3) / (3 + 25.1), 1e-9, 'random');
  near(bursts, 93.2 - (95 * 3) / (3 / 3.88 + 25.1), 1e-9, 'bursts');
});

test('loss and burst ratio stay in the range of G.107', () => {
  const all = rating(G711, { percent: 100, burstRatio: 1 });
  assert.equal(rating(G711, { percent: 150, burstRatio: 0.5 }), all);
  assert.equal(rating(G711, { percent: -1, burstRatio: 1 }), 93.2);
  assert.equal(rating(G711, { percent: 2, burstRatio: 20 }), rating(G711, { percent: 2, burstRatio: 8 }));
});

test('delay counts from 100 ms on', () => {
  assert.equal(delayImpairment(0), 0);
  assert.equal(delayImpairment(100), 0);
  // X = 1 at 200 ms, X = 2 at 400 ms.
  near(delayImpairment(200), 25 * (2 ** (1 / 6) - 3 * (1 + 3 ** -6) ** (1 / 6) + 2), 1e-9, '200 ms');
  near(delayImpairment(200), 3.0, 0.1, '200 ms');
  near(delayImpairment(400), 24.1, 0.5, '400 ms');
  let before = 0;
  for (let delay = 100; delay <= 2000; delay += 10) {
    assert.ok(delayImpairment(delay) >= before, `${delay} ms`);
    before = delayImpairment(delay);
  }
});

test('MOS is 1 to 4.5 and grows with R', () => {
  assert.equal(mosOf(-5), 1);
  assert.equal(mosOf(0), 1);
  assert.equal(mosOf(100), 4.5);
  assert.equal(mosOf(120), 4.5);
  let before = 1;
  for (let r = 0; r <= 100; r += 0.5) {
    assert.ok(mosOf(r) >= before, `R ${r}`);
    before = mosOf(r);
  }
});
