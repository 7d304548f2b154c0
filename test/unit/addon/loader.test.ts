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
function loadFile(file: string | undefined): string {
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
  assert.equal(loadFile(undefined), 'loaded');
});

test('a missing addon is told in one line: where, why, and what to do', () => {
  const file = path.join(folder, 'missing.node');
  const text = loadFile(file);
  assert.match(text, /^NativeAddonError ERR_NATIVE_ADDON the native addon /);
  assert.ok(text.includes(file));
  assert.match(text, /npm rebuild rtpproxy-node.*npm run build:native/);
  assert.ok(!text.includes('\n'));
});

test('so is a file that is no addon', () => {
  const file = write('broken.node', 'this is no shared library');
  const text = loadFile(file);
  assert.match(text, /^NativeAddonError ERR_NATIVE_ADDON /);
  assert.ok(text.includes(file));
  assert.ok(!text.includes('\n'));
});

test('an addon whose lists are others is refused, with the names that differ', () => {
  const stub = JSON.stringify(new URL('stub-native.cjs', import.meta.url).pathname);
  const load = (name: string, change: string) =>
    loadFile(write(`${name}.cjs`, `const stub = require(${stub}); module.exports = { ...stub, contract: ${change} };`));
  const withList = (list: string, names: string) => `{ ...stub.contract, ${list}: ${names} }`;
  const changes: readonly (readonly [name: string, change: string, told: string])[] = [
    ['none', 'undefined', 'its engineTotals are missing'],
    [
      'less',
      withList('engineTotals', `stub.contract.engineTotals.slice(1)`),
      'its engineTotals lacks "packetsReceived"',
    ],
    [
      'more',
      withList('engineTotals', `[...stub.contract.engineTotals, 'packetsEaten']`),
      'its engineTotals has "packetsEaten"',
    ],
    [
      'renamed',
      withList('eventKinds', `stub.contract.eventKinds.map((kind) => (kind === 'looped' ? 'circled' : kind))`),
      'its eventKinds lacks "looped", has "circled"',
    ],
    [
      'moved',
      withList('eventKinds', `[...stub.contract.eventKinds].reverse()`),
      'its eventKinds has "timeout" at another place',
    ],
    [
      'option',
      withList('engineOptions', `[...stub.contract.engineOptions, 'coffee']`),
      'its engineOptions has "coffee"',
    ],
    [
      'layout',
      withList('event', `[...stub.contract.event.slice(0, -1), '40: end']`),
      'its event lacks "48: end", has "40: end"',
    ],
    ['constant', withList('constants', "['noTos = -1', 'noFile = 3', 'autoWindow = -1']"), '"noFile = 3"'],
    ['unknown', withList('newThings', "['one']"), 'its newThings are not known here'],
  ];
  assert.equal(load('same', 'stub.contract'), 'loaded');
  for (const [name, change, told] of changes) {
    const text = load(name, change);
    assert.match(
      text,
      /^NativeAddonError ERR_NATIVE_ADDON the native addon was built from another version\. Build it again: .*\. What differs: its /,
      name,
    );
    assert.ok(text.includes(told), text);
  }
});

test('an addon with a method more or less is refused, and told which', () => {
  const stub = JSON.stringify(new URL('stub-native.cjs', import.meta.url).pathname);
  const changes = {
    'NativeEngine lacks "setTtl"': 'delete addon.NativeEngine.prototype.setTtl;',
    'NativeEngine has "setFlag"': 'addon.NativeEngine.prototype.setFlag = () => 0;',
    'NativeControlSockets lacks "take"': 'delete addon.NativeControlSockets.prototype.take;',
    'module lacks "exitNow"': 'delete addon.exitNow;',
    'module has "enterNow"': 'addon.enterNow = () => {};',
    'NativeControlSockets lacks "open"': 'addon.NativeControlSockets = undefined;',
  };
  for (const [difference, change] of Object.entries(changes)) {
    const text = loadFile(write('methods.cjs', `const addon = require(${stub}); ${change} module.exports = addon;`));
    assert.match(text, /^NativeAddonError ERR_NATIVE_ADDON the native addon was built from another version/);
    assert.ok(text.includes(difference), text);
    assert.match(text, /npm rebuild rtpproxy-node/);
  }
});
