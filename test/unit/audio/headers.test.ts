import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AudioFormat, Container, Encoding } from '../../../src/audio/formats.ts';
import { type Contents, LAYOUTS } from '../../../src/audio/headers.ts';

function header(container: Container, encoding: Encoding, width: number, contents: Contents | undefined): Buffer {
  const format: AudioFormat = { container, encoding, channels: 2 };
  const layout = LAYOUTS[container];
  assert.ok(layout !== undefined);
  return layout.header(format, width, contents);
}

const CONTENTS: Contents = { dataBytes: 400, frames: 100, peaks: [] };

test('WAV: lengths, rate and width', () => {
  const wav = header('wav', 'pcm_16', 2, CONTENTS);
  assert.equal(wav.length, 44);
  assert.equal(wav.toString('latin1', 0, 4), 'RIFF');
  assert.equal(wav.readUInt32LE(4), 36 + 400);
  assert.equal(wav.toString('latin1', 8, 16), 'WAVEfmt ');
  assert.deepEqual(
    [20, 22].map((at) => wav.readUInt16LE(at)),
    [1, 2],
  );
  assert.deepEqual(
    [24, 28].map((at) => wav.readUInt32LE(at)),
    [8000, 32000],
  );
  assert.deepEqual(
    [32, 34].map((at) => wav.readUInt16LE(at)),
    [4, 16],
  );
  assert.equal(wav.readUInt32LE(40), 400);
});

test('WAV: what is not PCM has the number of frames, floating point samples their peaks', () => {
  const ulaw = header('wav', 'ulaw', 1, { dataBytes: 200, frames: 100, peaks: [] });
  assert.equal(ulaw.readUInt16LE(20), 7);
  assert.equal(ulaw.readUInt32LE(ulaw.indexOf('fact') + 8), 100);
  const peaks = [
    { magnitude: 5, frame: 1 },
    { magnitude: 9, frame: 70 },
  ];
  const float = header('wav', 'float', 4, { ...CONTENTS, peaks });
  const at = float.indexOf('PEAK') + 16;
  assert.deepEqual([float.readFloatLE(at), float.readUInt32LE(at + 4)], [5, 1]);
  assert.deepEqual([float.readFloatLE(at + 8), float.readUInt32LE(at + 12)], [9, 70]);
});

test('headers have as many bytes before the length is known as after', () => {
  for (const [container, encoding, width] of [
    ['wav', 'pcm_16', 2],
    ['wav', 'alaw', 1],
    ['w64', 'float', 4],
    ['au', 'ulaw', 1],
    ['raw', 'pcm_16', 2],
  ] as const) {
    const [before, after] = [undefined, CONTENTS].map((contents) => header(container, encoding, width, contents));
    assert.equal(before?.length, after?.length, `${container} ${encoding}`);
  }
});

test('what does not fit in 32 bits is told as the most that does', () => {
  const huge: Contents = { dataBytes: 5e9, frames: 1.25e9, peaks: [] };
  assert.equal(header('wav', 'pcm_16', 2, huge).readUInt32LE(40), 0xffffffff);
  assert.equal(header('au', 'pcm_16', 2, huge).readUInt32BE(8), 0xffffffff);
  assert.equal(header('w64', 'pcm_16', 2, huge).readBigUInt64LE(16), 5_000_000_104n);
});

test('only WAV fills up to whole words', () => {
  assert.deepEqual(
    (['wav', 'w64', 'au', 'raw'] as const).map((name) => LAYOUTS[name]?.padding(7)),
    [1, 0, 0, 0],
  );
});
