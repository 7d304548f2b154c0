import assert from 'node:assert/strict';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ConfigError } from '../../../src/config/config-error.ts';
import { type ModuleRequest, sectionRequests } from '../../../src/config/modules.ts';
import { parseUcl } from '../../../src/config/ucl.ts';
import { loadModules } from '../../../src/modules/loading.ts';
import { temporaryDirectory } from '../../helpers/cleanup.ts';

const EXAMPLE = fileURLToPath(new URL('../../fixtures/modules/call-notes', import.meta.url));

/** Loads them without options of those that come with the daemon. */
function load(requests: readonly ModuleRequest[]) {
  return loadModules(requests, { hep: { quality: false, split: false, key: undefined } });
}

/** What a section of a configuration file asks for. */
function section(text: string): ModuleRequest[] {
  return parseUcl(`modules {\n${text}\n}`, 'FILE', () => '').flatMap((entry) => sectionRequests(entry, []));
}

/** A working directory with the example among its packages, and with files of these texts. */
function workIn(t: TestContext, files: Readonly<Record<string, string>> = {}): string {
  const directory = temporaryDirectory(t);
  mkdirSync(join(directory, 'node_modules'));
  cpSync(EXAMPLE, join(directory, 'node_modules', 'call-notes'), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  const before = process.cwd();
  process.chdir(directory);
  t.after(() => process.chdir(before));
  return directory;
}

const names = async (requests: readonly ModuleRequest[]) =>
  (await load(requests)).map(({ definition: { name } }) => name);
const refusal = (requests: readonly ModuleRequest[], message: string, consequences: readonly string[] = []) =>
  assert.rejects(load(requests), new ConfigError(message, consequences), message);
const SECTION_ENDS = ['parse_modules() failed', 'rtpp_cfile_process() failed'];

test('modules of the C daemon are known by name and by the base name of a path, there or not', async (t) => {
  const directory = workIn(t, { 'rtpp_catch_dtmf.so': '' });
  symlinkSync('rtpp_catch_dtmf.so', join(directory, 'other.so'));
  for (const what of ['catch_dtmf', '/nowhere/rtpp_catch_dtmf.so', 'rtpp_catch_dtmf_debug.so', './other.so']) {
    for (const by of ['dso', 'module'] as const) assert.deepEqual(await names([{ by, what }]), ['catch_dtmf'], what);
  }
  assert.deepEqual(await names(section('catch_dtmf { }')), ['catch_dtmf']);
  assert.deepEqual(await names(section('free { load = "/x/rtpp_catch_dtmf.so" }')), ['catch_dtmf']);
});

test('instances of a module have their definition in common', async () => {
  const [one, two] = await load(['a { load = catch_dtmf }', 'b { load = catch_dtmf }'].flatMap(section));
  assert.equal(one?.definition, two?.definition);
});

test('a package is found from the working directory, a path from there too', async (t) => {
  const directory = workIn(t);
  for (const what of [
    'call-notes',
    './node_modules/call-notes/call-notes.js',
    join(directory, 'node_modules/call-notes/call-notes.js'),
  ])
    assert.deepEqual(await names([{ by: 'module', what }]), ['call_notes'], what);
  assert.deepEqual(await names(section('notes { load = "call-notes"; LIMIT = 5 }')), ['call_notes']);
});

test('what is no module is refused with the reason', async (t) => {
  workIn(t, {
    'empty.mjs': 'export {};',
    'broken.mjs': 'throw new Error("at once\\nand more");',
    'syntax.mjs': 'this is',
    'name.mjs': 'export default { name: "a b", id: 100, create() {} };',
    'id.mjs': 'export default { name: "a", id: 3, create() {} };',
    'create.mjs': 'export default { name: "a", id: 100 };',
    'text.mjs': 'throw Object.create(null);',
    'getter.mjs': 'export default { get name() { throw new Error("no name"); } };',
    'ours.mjs': 'export default { name: "acct_csv", id: 100, create() {} };',
    'check.mjs': 'export default { name: "a", id: 100, check: 5, create() {} };',
    'settings.mjs': 'export default { name: "a", id: 100, settings: "limit", create() {} };',
    'other.so': 'text',
    'needs.mjs': 'export default { name: "needs", id: 100, needsSettings: true, create() {} };',
  });
  const table: readonly (readonly [what: string, message: string])[] = [
    ['./none.mjs', 'realpath: ./none.mjs: No such file or directory'],
    ['', 'realpath: : No such file or directory'],
    ['./other.so', "can't load module ./other.so: shared objects of the C daemon do not work here"],
    ['dtls_gw', 'module dtls_gw is not supported by this version'],
    ['rtpp_ice_lite.so', 'module ice_lite is not supported by this version'],
    ['./empty.mjs', "can't load module ./empty.mjs: it has no default export that is a module"],
    ['./broken.mjs', "can't load module ./broken.mjs: at once"],
    ['./name.mjs', "can't load module ./name.mjs: its name is none"],
    ['./id.mjs', "can't load module ./id.mjs: its id is no number from 100 on"],
    ['./text.mjs', "can't load module ./text.mjs: what was thrown has no text"],
    ['./getter.mjs', "can't load module ./getter.mjs: no name"],
    ['./ours.mjs', "can't load module ./ours.mjs: its name acct_csv is that of another module"],
    ['./check.mjs', 'can\'t load module ./check.mjs: its "check" is no function'],
    ['./settings.mjs', 'can\'t load module ./settings.mjs: its "settings" are no list of names'],
    ['./create.mjs', `can't load module ./create.mjs: it has no function "create"`],
  ];
  for (const [what, message] of table) await refusal([{ by: 'module', what }], message);
  await assert.rejects(
    load([{ by: 'module', what: './syntax.mjs' }]),
    /^ConfigError: can't load module \.\/syntax\.mjs: /,
  );
  await assert.rejects(
    load([{ by: 'module', what: 'no-such-package' }]),
    /^ConfigError: unknown module no-such-package; /,
  );
  await assert.rejects(
    load([{ by: 'dso', what: './needs.mjs' }]),
    /^ConfigError: \.\/needs\.mjs: dymanic module requires configuration, cannot be loaded via --dso option/,
  );
});

test('a section is refused in the words of the C daemon, with its place', async (t) => {
  workIn(t);
  await refusal(section('catch_dtmf { limit = 5 }'), "FILE:2: Unknown key 'limit' in section 'catch_dtmf'", [
    'Config parsing issue in section catch_dtmf',
    ...SECTION_ENDS,
  ]);
  await refusal(section('\nnotes { load = "call-notes"; limit = few }'), "FILE:3: limit 'few' is no number from 1 on", [
    'Config parsing issue in section notes',
    ...SECTION_ENDS,
  ]);
  await refusal(
    section('x { load = "/none/rtpp_x.so" }'),
    'FILE:2: realpath() failed: /none/rtpp_x.so: No such file or directory',
    SECTION_ENDS,
  );
  await assert.rejects(load(section('nix { }')), /^ConfigError: FILE:2: unknown module nix; /);
});

test('two modules with one name or one number are refused', async (t) => {
  const module = (name: string, id: number) => `export default { name: '${name}', id: ${id}, create() {} };`;
  workIn(t, { 'a.mjs': module('a', 100), 'b.mjs': module('b', 100), 'c.mjs': module('a', 101) });
  const request = (what: string): ModuleRequest => ({ by: 'module', what });
  await refusal(
    [request('./a.mjs'), request('./b.mjs')],
    'modules a (100) and b (100) have a name or a number in common',
  );
  await refusal(
    [request('./a.mjs'), request('./c.mjs')],
    'modules a (100) and a (101) have a name or a number in common',
  );
});

test('code that never comes to its end is waited for half a minute', async (t) => {
  workIn(t, { 'never.mjs': 'await new Promise(() => {});' });
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const loading = load([{ by: 'module', what: './never.mjs' }]);
  t.mock.timers.tick(30_000);
  await assert.rejects(loading, /can't load module \.\/never\.mjs: it takes longer than 30 s/);
});
