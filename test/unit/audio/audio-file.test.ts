import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { AudioFile } from '../../../src/audio/audio-file.ts';
import { temporaryDirectory } from '../../helpers/cleanup.ts';

const MONO = { container: 'wav', encoding: 'pcm_16', channels: 1 } as const;

test('a file has its samples, and a header with their length', async (t) => {
  const name = path.join(temporaryDirectory(t), 'out.wav');
  const file = await AudioFile.create(name, MONO);
  assert.ok(file !== undefined);
  await file.write(Int16Array.of(1, 2));
  await file.write(Int16Array.of(-1));
  await file.close();
  const bytes = readFileSync(name);
  assert.equal(bytes.readUInt32LE(40), 6);
  assert.deepEqual(bytes.subarray(44), Buffer.from('01000200ffff', 'hex'));
});

test('an odd number of bytes is filled up, and floating point samples have their peaks', async (t) => {
  const name = path.join(temporaryDirectory(t), 'out.wav');
  const odd = await AudioFile.create(name, { ...MONO, encoding: 'ulaw' });
  await odd?.write(Int16Array.of(0));
  await odd?.close();
  const bytes = readFileSync(name);
  assert.equal(bytes.length % 2, 0);
  assert.deepEqual(bytes.subarray(bytes.length - 2), Buffer.from([0xff, 0]));

  const float = await AudioFile.create(name, { ...MONO, encoding: 'float' });
  await float?.write(Int16Array.of(3, -9));
  await float?.close();
  const peak = readFileSync(name).indexOf('PEAK') + 16;
  assert.deepEqual([readFileSync(name).readFloatLE(peak), readFileSync(name).readUInt32LE(peak + 4)], [9, 1]);
});

test('what is abandoned keeps the header of an empty file', async (t) => {
  const name = path.join(temporaryDirectory(t), 'out.wav');
  const file = await AudioFile.create(name, MONO);
  await file?.write(Int16Array.of(1));
  await file?.abandon();
  assert.equal(readFileSync(name).readUInt32LE(40), 0);
});

test('a stream gets a header without a length, and stays open', async () => {
  const parts: Buffer[] = [];
  const stream = new Writable({
    write(bytes: Buffer, _encoding, done) {
      parts.push(Buffer.from(bytes));
      done();
    },
  });
  const file = await AudioFile.create(stream, MONO);
  await file?.write(Int16Array.of(1));
  await file?.close();
  assert.equal(stream.writableEnded, false);
  const bytes = Buffer.concat(parts);
  assert.equal(bytes.readUInt32LE(40), 0xffffffff);
  assert.equal(bytes.length, 46);
});

test('a file that cannot be written is an error; one that needs a library is not begun', async (t) => {
  const folder = temporaryDirectory(t);
  await assert.rejects(AudioFile.create(path.join(folder, 'no', 'out'), MONO), { code: 'ENOENT' });
  await assert.rejects(AudioFile.create('/dev/full', MONO), { code: 'ENOSPC' });
  const name = path.join(folder, 'none');
  assert.equal(await AudioFile.create(name, { ...MONO, encoding: 'gsm610' }), undefined);
  assert.throws(() => readFileSync(name), { code: 'ENOENT' });
});
