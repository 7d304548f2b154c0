import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ByteSource } from '../../../src/audio/byte-source.ts';
import { temporaryDirectory } from '../../helpers/cleanup.ts';

/** Bytes that this process has read. */
function bytesRead(): number {
  return Number(/^rchar: (\d+)/m.exec(readFileSync('/proc/self/io', 'latin1'))?.[1]);
}

test('small steps forward read a file once, and a step back reads it again', async (t) => {
  const path = join(temporaryDirectory(t), 'chunks');
  const bytes = Buffer.from(Array.from({ length: 256 * 1024 }, (_, i) => i % 251));
  writeFileSync(path, bytes);
  const source = await ByteSource.open(path);
  t.after(() => source.close());
  const before = bytesRead();
  for (let at = 0; at + 8 <= bytes.length; at += 8) {
    await source.seek(at);
    assert.ok(await source.has(8));
    assert.equal(source.bytes[0], at % 251);
  }
  const count = bytesRead() - before;
  t.diagnostic(`${count} bytes read of ${bytes.length}`);
  assert.ok(count < 3 * bytes.length);
  for (const at of [0, 100_000, 99_999, bytes.length - 1]) {
    await source.seek(at);
    assert.ok(await source.has(1));
    assert.equal(source.bytes[0], at % 251);
    assert.equal(source.position, at);
  }
  await source.seek(bytes.length);
  assert.ok(!(await source.has(1)));
});
