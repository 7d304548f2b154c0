import { spawnSync } from 'node:child_process';

/** Samples a second of all sound here. */
export const RATE = 8000;

/** A sine that does not begin with silence. */
export function tone(samples: number, hertz = 425, peak = 12_000): Int16Array {
  return Int16Array.from({ length: samples }, (_, n) => Math.round(peak * Math.cos((2 * Math.PI * hertz * n) / RATE)));
}

/** Resonances of three vowels, Hz. */
const VOWELS = [
  [730, 1090, 2440],
  [270, 2290, 3010],
  [300, 870, 2240],
] as const;

/**
 * What a codec takes for speech: harmonics of a voice whose pitch moves, under the resonances of vowels, in syllables of 200 ms
 * with pauses between. The same at every call.
 */
export function voice(samples: number): Int16Array {
  let phase = 0;
  return Int16Array.from({ length: samples }, (_, n) => {
    const time = n / RATE;
    const pitch = 120 + 15 * Math.sin(2 * Math.PI * 0.7 * time);
    phase += (2 * Math.PI * pitch) / RATE;
    const vowel = VOWELS[Math.floor(time / 0.2) % VOWELS.length] ?? VOWELS[0];
    const syllable = Math.max(0, Math.sin(Math.PI * ((time % 0.2) / 0.17)));
    let value = 0;
    for (let harmonic = 1; harmonic * pitch < 3400; harmonic++)
      value += gain(harmonic * pitch, vowel) * Math.cos(harmonic * phase);
    return Math.round(1500 * syllable * value);
  });
}

function gain(hertz: number, resonances: readonly number[]): number {
  return resonances.reduce((sum, at) => sum + 1 / (1 + ((hertz - at) / 120) ** 2), 0.01);
}

/** Speech by espeak-ng; undefined where that is not installed. */
export function spoken(text: string, samples: number): Int16Array | undefined {
  const { status, stdout } = spawnSync('espeak-ng', ['--stdout', text], { maxBuffer: 16 * 1024 * 1024 });
  if (status !== 0) return undefined;
  // A length that nobody knew yet stands in the header of a stream.
  const at = stdout.indexOf('data') + 8;
  const rate = stdout.readUInt32LE(24);
  const value = (n: number): number => (at + 2 * n + 2 <= stdout.length ? stdout.readInt16LE(at + 2 * n) : 0);
  // Means of what lies between two samples of 8000 Hz: enough of a low-pass filter here.
  return Int16Array.from({ length: samples }, (_, n) => {
    const [first, last] = [Math.floor((n * rate) / RATE), Math.floor(((n + 1) * rate) / RATE)];
    let sum = 0;
    for (let k = first; k < last; k++) sum += value(k);
    return Math.round(sum / (last - first));
  });
}

/** Bytes of a file without a header. */
export function rawBytes(samples: Int16Array): Buffer {
  return Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
}

/** Both channels of a stereo WAV file of 16-bit samples. */
export function channelsOf(file: Buffer): readonly [left: Int16Array, right: Int16Array] {
  for (let at = 12; at + 8 <= file.length; at += 8 + file.readUInt32LE(at + 4)) {
    if (file.toString('latin1', at, at + 4) !== 'data') continue;
    const frames = file.readUInt32LE(at + 4) / 4;
    const channel = (offset: number) =>
      Int16Array.from({ length: frames }, (_, n) => file.readInt16LE(at + 8 + offset + 4 * n));
    return [channel(0), channel(2)];
  }
  throw new Error('no samples in the file');
}

/** Where in `sound` the `part` lies: the offset, up to `most`, with the least error. */
export function placeOf(part: Int16Array, sound: Int16Array, most: number): number {
  // A piece from the middle tells: the beginning may be silence.
  const [from, to] = [Math.floor(part.length / 3), Math.floor(part.length / 3) + 1600];
  let best = { offset: 0, error: Number.POSITIVE_INFINITY };
  for (let offset = 0; offset <= most; offset++) {
    let error = 0;
    for (let n = from; n < to && error < best.error; n++) error += ((part[n] ?? 0) - (sound[n + offset] ?? 0)) ** 2;
    if (error < best.error) best = { offset, error };
  }
  return best.offset;
}

/** Signal to noise, dB: of `original` in what became of it. */
export function snr(original: Int16Array, became: Int16Array): number {
  let [signal, noise] = [0, 0];
  for (const [n, value] of original.entries()) {
    signal += value ** 2;
    noise += (value - (became[n] ?? 0)) ** 2;
  }
  return 10 * Math.log10(signal / noise);
}
