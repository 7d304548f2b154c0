import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ConfigError } from '../../../src/config/config-error.ts';
import { readKeyFile } from '../../../src/config/key-file.ts';
import { temporaryDirectory } from '../../helpers/cleanup.ts';

test('the key is the first line, without blanks around it', (t) => {
  const file = join(temporaryDirectory(t), 'key');
  writeFileSync(file, ' schlüssel \nanother\n', { mode: 0o600 });
  const warnings: string[] = [];
  const warn = (text: string) => void warnings.push(text);
  assert.equal(readKeyFile('--hep-key-file', file, warn), 'schlüssel');
  assert.deepEqual(warnings, []);
  chmodSync(file, 0o644);
  readKeyFile('--hep-key-file', file, warn);
  assert.deepEqual(warnings, [`${file}: every user can get at the key; chmod 600`]);
});

test('a file without a key is refused with its name', (t) => {
  const directory = temporaryDirectory(t);
  const file = (text: string): string => {
    const path = join(directory, `${text.length}`);
    writeFileSync(path, text);
    return path;
  };
  const noKey = 'the first line has to be a key of at most 512 bytes';
  for (const [path, reason] of [
    [file(''), noKey],
    [file('\nx'), noKey],
    [file('x'.repeat(513)), noKey],
    [directory, 'not a regular file'],
    ['/dev/zero', 'not a regular file'],
    ['/nonexistent', 'No such file or directory'],
  ] as const) {
    assert.throws(
      () => readKeyFile('--hep-key-file', path, () => {}),
      new ConfigError(`--hep-key-file ${path}: ${reason}`),
    );
  }
});
