import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';

const folder = mkdtempSync(path.join(tmpdir(), 'rtpproxy-binding-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const CODE = `
import { loadNative } from ${JSON.stringify(new URL('../../../src/addon/loader.ts', import.meta.url).href)};
try {
  loadNative();
  console.log('loaded');
} catch ({ constructor, code, message }) {
  console.log(constructor.name + ' ' + code + ' ' + message);
}`;

/** What comes of loading that file as the addon, in a process of its own; undefined: the addon of this checkout. */
function load(file: string | undefined): string {
  const { RTPPROXY_NATIVE: _, ...env } = process.env;
  const args = ['--import', 'tsx', '--input-type=module', '-e', CODE];
  const run = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    env: file === undefined ? env : { ...env, RTPPROXY_NATIVE: file },
  });
  assert.equal(run.stderr, '');
  assert.equal(run.status, 0);
  return run.stdout.trim();
}

function write(name: string, text: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
}

test('the addon of the checkout loads', () => {
  assert.equal(load(undefined), 'loaded');
});

test('a missing addon is told in one line: where, why, and what to do', () => {
  const file = path.join(folder, 'missing.node');
  const text = load(file);
  assert.match(text, /^NativeAddonError ERR_NATIVE_ADDON the native addon /);
  assert.ok(text.includes(file));
  assert.match(text, /npm rebuild rtpproxy-node.*npm run build:native/);
  assert.ok(!text.includes('\n'));
});

test('so is a file that is no addon', () => {
  const file = write('broken.node', 'this is no shared library');
  const text = load(file);
  assert.match(text, /^NativeAddonError ERR_NATIVE_ADDON /);
  assert.ok(text.includes(file));
  assert.ok(!text.includes('\n'));
});

test('an addon of another version is refused', () => {
  const stub = JSON.stringify(new URL('stub-native.cjs', import.meta.url).pathname);
  const changes = {
    same: '{}',
    version: '{ apiVersion: 0 }',
    events: '{ eventSize: 40 }',
    fields: "{ sessionFields: ['ttl'] }",
    totals: '{ totalFields: [] }',
  };
  for (const [name, change] of Object.entries(changes)) {
    const text = load(write(`${name}.cjs`, `module.exports = { ...require(${stub}), ...${change} };`));
    if (name === 'same') assert.equal(text, 'loaded');
    else assert.match(text, /^NativeAddonError ERR_NATIVE_ADDON the native addon was built from another version/, name);
  }
});
