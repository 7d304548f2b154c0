import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Resampler } from '../../../src/audio/resampler.ts';

const OUTPUT_RATE = 8000;
const RATES = [8001, 11_025, 16_000, 44_100, 48_000, 96_001];

/** Sends samples through in parts of that size. */
function resampled(samples: Float32Array, rate: number, part = 5000): Float32Array {
  const resampler = new Resampler(rate, OUTPUT_RATE);
  const made = new Float32Array(Math.ceil((samples.length * OUTPUT_RATE) / rate) + 100);
  let [at, end] = [0, 0];
  while (!resampler.hasEnded) {
    const count = Math.min(resampler.room, part, samples.length - at);
    resampler.write(samples.subarray(at, at + count));
    at += count;
    if (count === 0 && at === samples.length) resampler.end();
    end = resampler.read(made, end, made.length);
  }
  return made.subarray(0, end);
}

function tone(frequency: number, rate: number, seconds = 0.25): Float32Array {
  return Float32Array.from({ length: Math.round(rate * seconds) }, (_, i) =>
    Math.sin((2 * Math.PI * frequency * i) / rate),
  );
}

/** The level of a frequency in dB of a full tone, under a Hann window, without the ends. */
function levelOf(samples: Float32Array, frequency: number): number {
  const middle = samples.subarray(400, -400);
  let [cosine, sine, weight] = [0, 0, 0];
  middle.forEach((sample, i) => {
    const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / middle.length);
    const angle = (2 * Math.PI * frequency * i) / OUTPUT_RATE;
    cosine += window * sample * Math.cos(angle);
    sine += window * sample * Math.sin(angle);
    weight += window;
  });
  return 20 * Math.log10((2 * Math.hypot(cosine, sine)) / weight);
}

/** Of everything, in dB of a full tone. */
function powerOf(samples: Float32Array): number {
  const middle = samples.subarray(400, -400);
  return 10 * Math.log10((2 * middle.reduce((sum, sample) => sum + sample * sample, 0)) / middle.length);
}

for (const rate of RATES) {
  test(`from ${rate} Hz tones up to 3.4 kHz keep their level within 0.1 dB, and nothing comes of those from 4 kHz on`, () => {
    for (const frequency of [100, 1000, 3400]) {
      const level = levelOf(resampled(tone(frequency, rate), rate), frequency);
      assert.ok(Math.abs(level) < 0.1, `${frequency} Hz: ${level} dB`);
    }
    for (const frequency of [4000, 4600, 7500, 12_000, 20_000, 47_000]) {
      if (frequency >= rate / 2) continue;
      const power = powerOf(resampled(tone(frequency, rate), rate));
      assert.ok(power < -60, `${frequency} Hz: ${power} dB`);
    }
  });
}

test('a lower rate keeps its tones, and they have no images', () => {
  for (const rate of [4000, 6000, 7350]) {
    const frequency = Math.round(0.4 * rate);
    const made = resampled(tone(frequency, rate, 1), rate);
    assert.ok(Math.abs(levelOf(made, frequency)) < 0.1);
    assert.ok(levelOf(made, rate - frequency) < -60);
  }
});

test('a sample is where it was in time', () => {
  for (const rate of RATES) {
    const made = resampled(tone(1000, rate), rate);
    const expected = tone(1000, OUTPUT_RATE);
    for (let i = 100; i < 1900; i++)
      assert.ok(Math.abs((made[i] ?? 0) - (expected[i] ?? 0)) < 0.001, `${rate} Hz: ${i}`);
  }
});

test('the length is that of the input, rounded up to a sample', () => {
  for (const rate of RATES) {
    for (const length of [0, 1, 7, 5000]) {
      const made = resampled(new Float32Array(length), rate);
      assert.equal(made.length, Math.ceil((length * OUTPUT_RATE) / rate), `${length} of ${rate} Hz`);
    }
  }
});

test('what comes out does not depend on the parts in which it went in, and a level stays what it is', () => {
  const noise = Float32Array.from({ length: 9000 }, (_, i) => Math.sin(i * i));
  const whole = resampled(noise, 44_100, 8192);
  for (const part of [1, 441]) assert.deepEqual(resampled(noise, 44_100, part), whole);
  const level = resampled(new Float32Array(11_025).fill(1000), 44_100);
  for (const sample of level.subarray(100, -100)) assert.ok(Math.abs(sample - 1000) < 0.01, `${sample}`);
});
