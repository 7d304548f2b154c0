import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { openSamples } from '../../../src/audio/open-samples.ts';
import { WavError } from '../../../src/audio/wav-header.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'wav-'));
after(() => rmSync(folder, { recursive: true }));
const FILE = path.join(folder, 'in.wav');

interface Shape {
  readonly tag?: number;
  readonly channels?: number;
  readonly rate?: number;
  readonly bits?: number;
  readonly frameBytes?: number;
}

function chunk(name: string, body: Buffer, length = body.length): Buffer {
  const head = Buffer.from(`${name}\0\0\0\0`, 'latin1');
  head.writeUInt32LE(length, 4);
  return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
}

function format({ tag = 1, channels = 1, rate = 8000, bits = 16, frameBytes = (channels * bits) / 8 }: Shape): Buffer {
  const body = Buffer.alloc(16);
  body.writeUInt16LE(tag, 0);
  body.writeUInt16LE(channels, 2);
  body.writeUInt32LE(rate, 4);
  body.writeUInt32LE(rate * frameBytes, 8);
  body.writeUInt16LE(frameBytes, 12);
  body.writeUInt16LE(bits, 14);
  return body;
}

/** The format of WAVE_FORMAT_EXTENSIBLE for that tag. */
function extensible(tag: number, shape: Shape): Buffer {
  const extension = Buffer.from('160020000300000001000000000010008000'.concat('00aa00389b71'), 'hex');
  extension.writeUInt16LE(shape.bits ?? 16, 2);
  extension.writeUInt16LE(tag, 8);
  return Buffer.concat([format({ ...shape, tag: 0xfffe }), extension]);
}

function riff(...chunks: readonly Buffer[]): Buffer {
  return chunk('RIFF', Buffer.concat([Buffer.from('WAVE'), ...chunks]));
}

function wav(shape: Shape, data: Buffer): Buffer {
  return riff(chunk('fmt ', format(shape)), chunk('data', data));
}

async function samplesOf(bytes: Buffer, raw = false): Promise<number[]> {
  writeFileSync(FILE, bytes);
  const source = await openSamples(FILE, raw);
  try {
    const samples = new Int16Array(40_000);
    let end = 0;
    for (let next = 1; next > 0; end += next) next = (await source.read(samples, end, end + 160)) - end;
    return [...samples.subarray(0, end)];
  } finally {
    await source.close();
  }
}

function shorts(...samples: readonly number[]): Buffer {
  const bytes = Buffer.alloc(2 * samples.length);
  for (const [i, sample] of samples.entries()) bytes.writeInt16LE(sample, 2 * i);
  return bytes;
}

/** A buffer of what `write` puts there for each value. */
function written(
  width: number,
  values: readonly number[],
  write: (out: Buffer, value: number, at: number) => void,
): Buffer {
  const out = Buffer.alloc(width * values.length);
  for (const [i, value] of values.entries()) write(out, value, width * i);
  return out;
}

const RAMP = [-32768, -20000, -256, 0, 256, 512, 20224, 32512];

test('samples of every encoding are those that they stand for', async () => {
  const bytes = {
    8: written(1, RAMP, (out, value, at) => out.writeUInt8(Math.floor(value / 256) + 128, at)),
    16: shorts(...RAMP),
    24: written(3, RAMP, (out, value, at) => out.writeIntLE(value * 256, at, 3)),
    32: written(4, RAMP, (out, value, at) => out.writeInt32LE(value * 65536, at)),
  };
  const eight = RAMP.map((sample) => Math.floor(sample / 256) * 256);
  assert.deepEqual(await samplesOf(wav({ bits: 8 }, bytes[8])), eight);
  assert.deepEqual(await samplesOf(wav({ bits: 16 }, bytes[16])), RAMP);
  assert.deepEqual(await samplesOf(wav({ bits: 24 }, bytes[24])), RAMP);
  assert.deepEqual(await samplesOf(wav({ bits: 32 }, bytes[32])), RAMP);
  // 20 bits in 3 bytes: they are the upper ones.
  assert.deepEqual(await samplesOf(wav({ bits: 20, frameBytes: 3 }, bytes[24])), RAMP);
  const floats = [...RAMP.map((sample) => sample / 32768), 1, 7, Number.NaN, Number.NEGATIVE_INFINITY];
  const expected = [...RAMP, 32767, 32767, 0, -32768];
  const single = written(4, floats, (out, value, at) => out.writeFloatLE(value, at));
  const double = written(8, floats, (out, value, at) => out.writeDoubleLE(value, at));
  assert.deepEqual(await samplesOf(wav({ tag: 3, bits: 32 }, single)), expected);
  assert.deepEqual(await samplesOf(wav({ tag: 3, bits: 64 }, double)), expected);
  // G.711, of which the greatest and the least codes are known.
  assert.deepEqual(await samplesOf(wav({ tag: 7, bits: 8 }, Buffer.from([0x00, 0x80, 0x9f]))), [-32124, 32124, 8316]);
  assert.deepEqual(await samplesOf(wav({ tag: 6, bits: 8 }, Buffer.from([0x2a, 0xaa, 0xd5]))), [-32256, 32256, 8]);
});

test('WAVE_FORMAT_EXTENSIBLE says the encoding behind the rest', async () => {
  const data = chunk('data', shorts(...RAMP));
  assert.deepEqual(await samplesOf(riff(chunk('fmt ', extensible(1, {})), data)), RAMP);
  const ulaw = chunk('fmt ', extensible(7, { bits: 8 }));
  assert.deepEqual(await samplesOf(riff(ulaw, chunk('data', Buffer.from([0x80])))), [32124]);
});

test('channels are mixed in equal parts', async () => {
  assert.deepEqual(
    await samplesOf(wav({ channels: 2 }, shorts(100, 200, -32768, -32768, 32767, -32767))),
    [150, -32768, 0],
  );
  const six = Array.from({ length: 12 }, (_, i) => 6 * i);
  assert.deepEqual(await samplesOf(wav({ channels: 6 }, shorts(...six))), [15, 51]);
  const many = shorts(...Array.from({ length: 3 * 30_000 }, (_, i) => Math.floor(i / 30_000) * 10));
  assert.deepEqual(await samplesOf(wav({ channels: 30_000 }, many)), [0, 10, 20]);
});

test('other rates become 8 kHz, of the same length and level', async () => {
  for (const rate of [4000, 16_000, 44_100, 48_000]) {
    const tone = Array.from({ length: rate }, (_, i) => Math.round(10_000 * Math.sin((2 * Math.PI * 500 * i) / rate)));
    const samples = await samplesOf(wav({ rate, channels: 2 }, shorts(...tone.flatMap((sample) => [sample, sample]))));
    assert.equal(samples.length, 8000);
    samples.slice(100, -100).forEach((sample, i) => {
      assert.ok(Math.abs(sample - 10_000 * Math.sin((2 * Math.PI * 500 * (i + 100)) / 8000)) < 3, `${rate} Hz: ${i}`);
    });
  }
});

test('other chunks, a length that is not known, a rest of a frame and RF64 are no matter', async () => {
  const start = chunk('fmt ', Buffer.concat([format({}), Buffer.alloc(2)]));
  const data = shorts(...RAMP);
  const list = chunk('LIST', Buffer.from('INFOodd'));
  assert.deepEqual(await samplesOf(riff(list, start, list, chunk('data', data), list)), RAMP);
  assert.deepEqual(await samplesOf(riff(start, chunk('data', Buffer.concat([data, Buffer.of(1)])))), RAMP);
  for (const length of [0xffffffff, 0x7ffff024])
    assert.deepEqual(await samplesOf(riff(start, chunk('data', data, length))), RAMP);
  const piped = riff(start, chunk('data', data, 0));
  assert.deepEqual(await samplesOf(piped), []);
  piped.writeUInt32LE(0, 4);
  assert.deepEqual(await samplesOf(piped), RAMP);
  const sizes = Buffer.alloc(28);
  sizes.writeBigUInt64LE(BigInt(data.length), 8);
  const long = riff(chunk('ds64', sizes), start, chunk('data', data, 0xffffffff), list);
  long.write('RF64');
  assert.deepEqual(await samplesOf(long), RAMP);
});

test('what begins otherwise is samples, and so is a WAV file for who says so', async () => {
  const bytes = wav({}, shorts(...RAMP));
  assert.deepEqual((await samplesOf(bytes, true)).slice(22), RAMP);
  assert.deepEqual(await samplesOf(shorts(1, 2, 3)), [1, 2, 3]);
  assert.deepEqual(await samplesOf(Buffer.from('RIFF')), [0x4952, 0x4646]);
  assert.equal((await samplesOf(Buffer.from('RIFF0000AVI 00'))).length, 7);
});

test('a WAV file begins again with its first sample', async () => {
  for (const rate of [8000, 16_000]) {
    writeFileSync(FILE, wav({ rate }, shorts(...Array.from({ length: 1000 }, (_, i) => i))));
    const source = await openSamples(FILE, false);
    const [first, again] = [new Int16Array(500), new Int16Array(500)];
    assert.equal(await source.read(first, 0, 500), 500);
    await source.rewind();
    assert.equal(await source.read(again, 0, 500), 500);
    assert.deepEqual(again, first);
    await source.close();
  }
});

test('a WAV file that cannot be read says what is wrong with it', async () => {
  const data = chunk('data', shorts(...RAMP));
  const whole = wav({}, shorts(...RAMP));
  const cases: readonly [what: RegExp, bytes: Buffer][] = [
    [/^its header is cut off$/, whole.subarray(0, 17)],
    [/^its header is cut off$/, whole.subarray(0, 30)],
    [/^it is cut off: 3 bytes of its samples are missing$/, whole.subarray(0, whole.length - 3)],
    [/^it has no format \(fmt chunk\)$/, whole.subarray(0, 12)],
    [/^it has no samples \(data chunk\)$/, whole.subarray(0, 36)],
    [/^its samples come before their format/, riff(data, chunk('fmt ', format({})))],
    [/^a chunk of its header has 14 bytes instead of 16$/, riff(chunk('fmt ', format({}).subarray(0, 14)), data)],
    [/^it has no channel$/, riff(chunk('fmt ', format({ channels: 0 })), data)],
    [/^its rate is 0 Hz; 1 to 768000 can be read$/, riff(chunk('fmt ', format({ rate: 0 })), data)],
    [/^its rate is 4000000000 Hz/, riff(chunk('fmt ', format({ rate: 4_000_000_000, frameBytes: 1 })), data)],
    [
      /^samples of 16 bits in frames of 3 bytes for 2 channels/,
      riff(chunk('fmt ', format({ channels: 2, frameBytes: 3 })), data),
    ],
    [/^samples of 24 bits in frames of 2 bytes/, riff(chunk('fmt ', format({ bits: 24, frameBytes: 2 })), data)],
    [
      /^its samples are GSM 06.10; PCM, floating point, u-law and A-law can be read$/,
      riff(chunk('fmt ', format({ tag: 0x31 })), data),
    ],
    [/^its samples are format 0x1234/, riff(chunk('fmt ', format({ tag: 0x1234 })), data)],
    [/^its extended format is cut off$/, riff(chunk('fmt ', extensible(1, {}).subarray(0, 24)), data)],
    [/^its sub-format is none of those/, riff(chunk('fmt ', extensible(1, {}).fill(9, 30)), data)],
  ];
  for (const [message, bytes] of cases) {
    await assert.rejects(
      samplesOf(bytes),
      (error) => error instanceof WavError && message.test(error.message),
      `${message}`,
    );
  }
});
