import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Encoding } from '../../../src/audio/formats.ts';
import { sampleEncoding } from '../../../src/audio/sample-encoding.ts';

const SAMPLES = Int16Array.of(0, 1, -1, 0x1234, -32768);

test('samples as bytes', () => {
  const rows: readonly [Encoding, littleEndian: boolean, hex: string][] = [
    ['pcm_s8', true, '0000ff1280'],
    ['pcm_u8', true, '80807f9200'],
    ['pcm_16', true, '00000100ffff34120080'],
    ['pcm_16', false, '00000001ffff12348000'],
    ['pcm_24', true, '00000000010000ffff003412000080'],
    ['pcm_24', false, '000000000100ffff00123400800000'],
    ['pcm_32', true, '00000000000001000000ffff0000341200000080'],
    ['float', false, '000000003f800000bf8000004591a000c7000000'],
    ['double', true, '0000000000000000000000000000f03f000000000000f0bf000000000034b2400000000000' + '00e0c0'],
    ['ulaw', true, 'ffff7fad00'],
    ['alaw', true, 'd5d555872a'],
  ];
  for (const [name, littleEndian, hex] of rows) {
    const encoding = sampleEncoding(name, littleEndian);
    assert.equal(encoding?.encode(SAMPLES).toString('hex'), hex, name);
    assert.equal(encoding?.width, hex.length / 2 / SAMPLES.length, name);
  }
});

test('others need a library', () => {
  for (const name of ['gsm610', 'ms_adpcm', 'vorbis'] as const) assert.equal(sampleEncoding(name, true), undefined);
});
