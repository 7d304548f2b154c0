import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeG711, encodeG711, g711Table, g722Decoder, g722Encoder } from '../../../src/addon/audio-codecs.ts';

test('G.711 by blocks and by table', () => {
  const codes = Uint8Array.of(0xff, 0x7f, 0x80, 0x00, 0xd5);
  const samples = new Int16Array(5);
  decodeG711('ulaw', codes, samples);
  assert.deepEqual([...samples], [2, -2, 32124, -32124, 716]);
  assert.deepEqual(
    [...codes].map((code) => g711Table('ulaw')[code]),
    [...samples],
  );
  encodeG711('alaw', samples, codes);
  assert.deepEqual([...codes], [0xd5, 0x55, 0xaa, 0x2a, 0xf3]);
  assert.equal(g711Table('alaw')[0xd5], 8);
});

test('each G.722 object is a stream of its own', () => {
  const samples = Int16Array.from({ length: 160 }, (_, i) => Math.round(8000 * Math.sin(i / 3)));
  const [first, second] = [new Uint8Array(160), new Uint8Array(160)];
  const encoder = g722Encoder();
  encoder.encode(samples, first);
  g722Encoder().encode(samples, second);
  assert.deepEqual(first, second);
  encoder.encode(samples, second);
  assert.notDeepEqual(first, second);

  const heard = new Int16Array(160);
  const decoder = g722Decoder();
  decoder.decode(first, heard);
  decoder.decode(second, heard);
  const worst = Math.max(...heard.map((sample, i) => Math.abs(sample - (samples[i] ?? 0))));
  assert.ok(worst < 400, `${worst}`);
});

test('what is no array of the right kind is refused', () => {
  const wrong = [
    () => Reflect.apply(decodeG711, undefined, ['mulaw', new Uint8Array(1), new Int16Array(1)]),
    () => Reflect.apply(decodeG711, undefined, ['ulaw', new Int16Array(1), new Int16Array(1)]),
    () => Reflect.apply(g722Decoder().decode, {}, [new Uint8Array(1), new Int16Array(1)]),
    () => Reflect.apply(encodeG711, undefined, ['alaw', new Int16Array(1), [1]]),
  ];
  for (const call of wrong) assert.throws(call, /expected|one of|Illegal/);
});
