import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { readPageFiles } from '../../../src/http/page-files.ts';
import { temporaryDirectory } from '../../helpers/cleanup.ts';

test('the files of a folder that browsers need, and its index as /', (t) => {
  const folder = temporaryDirectory(t);
  mkdirSync(join(folder, 'vendor'));
  for (const name of ['index.html', 'page.js', 'vendor/lib.js', 'vendor/LICENSE', 'page.js.map']) {
    writeFileSync(join(folder, name), name);
  }
  symlinkSync('/etc/passwd', join(folder, 'passwd.html'));
  const files = readPageFiles(pathToFileURL(`${folder}/`));
  assert.deepEqual([...files.keys()].sort(), ['/', '/index.html', '/page.js', '/vendor/lib.js']);
  assert.equal(files.get('/'), files.get('/index.html'));
  assert.equal(String(files.get('/vendor/lib.js')?.body), 'vendor/lib.js');
  assert.match(files.get('/page.js')?.headers?.ETag ?? '', /^"[0-9a-f]{16}"$/);
});

test('without the folder there is no page', (t) => {
  assert.equal(readPageFiles(pathToFileURL(`${temporaryDirectory(t)}/none/`)).size, 0);
});
