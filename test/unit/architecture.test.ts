import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

// Dependency directions (README, architecture). They keep every layer testable without those above it.

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MAX_LINES = 300;

interface Reference {
  readonly target: string;
  readonly typeOnly: boolean;
}

/** What the files of a folder of `src/` may import from other folders, as prefixes of paths below `src/`. */
interface Rule {
  readonly values?: readonly string[];
  readonly types?: readonly string[];
}

const LOG = 'daemon/log.ts';
const PEER = 'control/transport.ts';
const TYPESCRIPT: Readonly<Record<string, Rule>> = {
  control: {},
  protocol: {},
  engine: { types: [LOG] },
  session: { values: ['engine/', 'protocol/'], types: [LOG] },
  metrics: { values: ['engine/', 'protocol/', 'session/session.ts'], types: ['session/', LOG] },
  notify: { values: ['daemon/strerror.ts'], types: ['session/', PEER, 'daemon/notify-target.ts', LOG] },
  files: {},
  playback: { values: ['files/', 'protocol/', 'session/', 'engine/events.ts'], types: ['engine/types.ts', LOG] },
  recording: { values: ['files/', 'protocol/', 'session/', 'engine/'], types: [LOG] },
  commands: {
    values: ['protocol/', 'session/', 'metrics/', 'recording/copy-target.ts'],
    types: ['engine/stats-types.ts', 'engine/types.ts', 'notify/', 'playback/', 'recording/', PEER, LOG],
  },
  daemon: {
    values: [
      ...['control/', 'protocol/', 'engine/', 'session/', 'metrics/', 'commands/'],
      ...['notify/', 'playback/', 'recording/'],
    ],
  },
  client: { values: ['protocol/'] },
  cli: {
    values: ['client/', 'daemon/', 'protocol/capabilities.ts', 'protocol/error-texts.ts'],
    types: ['protocol/'],
  },
  // index.ts: what other programs may use.
  '': { values: ['client/', 'protocol/'] },
};
/** The addon is loaded in one place and wrapped in three others; nobody else has to do with it. */
const ONLY_IMPORTERS: Readonly<Record<string, readonly string[]>> = {
  'engine/binding.ts': ['engine/datagrams.ts', 'engine/engine.ts', 'engine/host.ts'],
};
const PACKAGES: Readonly<Record<string, string>> = { bindings: 'engine/binding.ts' };

const NATIVE: Readonly<Record<string, readonly string[]>> = {
  base: ['base/', 'rtp/'],
  rtp: ['base/', 'rtp/'],
  latch: ['base/', 'rtp/', 'latch/'],
  io: ['base/', 'io/'],
  access: ['base/', 'access/'],
  control: ['base/', 'access/', 'control/'],
  sinks: ['base/', 'rtp/', 'sinks/'],
  play: ['base/', 'rtp/', 'play/'],
  engine: ['base/', 'access/', 'rtp/', 'latch/', 'io/', 'sinks/', 'play/', 'engine/'],
  addon: ['base/', 'access/', 'rtp/', 'io/', 'control/', 'sinks/', 'play/', 'engine/', 'addon/'],
};

function files(folder: string): string[] {
  return readdirSync(path.join(ROOT, folder), { recursive: true })
    .map(String)
    .filter((name) => !name.startsWith('build/') && statSync(path.join(ROOT, folder, name)).isFile())
    .sort();
}

function read(folder: string, name: string): string {
  return readFileSync(path.join(ROOT, folder, name), 'utf8');
}

/** Every module that a TypeScript source imports, exports from, or loads at run time. */
function imports(source: string): Reference[] {
  const statements = source.matchAll(/^\s*(?:import|export)\b(?:(\s+type\b)?[^'";]*?\bfrom)?\s*'([^']+)'/gm);
  const calls = source.matchAll(/\b(?:import|require)\(\s*['"`]([^'"`]+)['"`]/g);
  return [
    ...[...statements].map((match) => ({ target: match[2] ?? '', typeOnly: match[1] !== undefined })),
    ...[...calls].map((match) => ({ target: match[1] ?? '', typeOnly: false })),
  ];
}

function folderOf(name: string): string {
  return name.includes('/') ? name.slice(0, name.indexOf('/')) : '';
}

/** Why a file of `src/` must not import that; undefined when it may. */
function objection(name: string, { target, typeOnly }: Reference): string | undefined {
  if (target.startsWith('node:')) return undefined;
  if (!target.startsWith('.')) return PACKAGES[target] === name ? undefined : 'no package may be imported here';
  const wanted = path.posix.join(path.posix.dirname(name), target);
  const importers = ONLY_IMPORTERS[wanted];
  if (importers !== undefined && !importers.includes(name)) return `only ${importers.join(' and ')} import it`;
  const folder = folderOf(name);
  const rule = TYPESCRIPT[folder];
  if (rule === undefined) return 'the folder has no rule in this test';
  if (folderOf(wanted) === folder) return undefined;
  const allowed = [...(rule.values ?? []), ...(typeOnly ? (rule.types ?? []) : [])];
  return allowed.some((prefix) => wanted.startsWith(prefix)) ? undefined : 'forbidden direction';
}

test('the import reader finds every form of import', () => {
  const source = [
    "import './a.ts';",
    "import b, { type B } from './b.ts';",
    "import type { C } from './c.ts';",
    "import {\n  type D,\n  d,\n} from './d.ts';",
    "export { e } from './e.ts';",
    "export type { F } from './f.ts';",
    "const g = await import('./g.ts');",
    "export const text = 'no import';",
  ].join('\n');
  const found = imports(source).map(({ target, typeOnly }) => `${typeOnly ? 'type ' : ''}${target}`);
  assert.deepEqual(found, ['./a.ts', './b.ts', 'type ./c.ts', './d.ts', './e.ts', 'type ./f.ts', './g.ts']);
});

test('forbidden imports are told from allowed ones', () => {
  const value = (target: string): Reference => ({ target, typeOnly: false });
  const type = (target: string): Reference => ({ target, typeOnly: true });
  assert.equal(objection('commands/info.ts', type('../engine/types.ts')), undefined);
  assert.notEqual(objection('commands/info.ts', value('../engine/types.ts')), undefined);
  assert.notEqual(objection('commands/info.ts', type('../engine/engine.ts')), undefined);
  assert.notEqual(objection('protocol/parse.ts', type('../daemon/log.ts')), undefined);
  assert.notEqual(objection('engine/events.ts', value('./binding.ts')), undefined);
  assert.notEqual(objection('engine/engine.ts', value('bindings')), undefined);
  assert.notEqual(objection('daemon/daemon.ts', value('../cli/main.ts')), undefined);
  assert.notEqual(objection('elsewhere/x.ts', value('../control/udp.ts')), undefined);
});

test('every import in src/ follows the direction of dependencies', () => {
  const forbidden: string[] = [];
  for (const name of files('src')) {
    for (const reference of imports(read('src', name))) {
      const reason = objection(name, reference);
      if (reason !== undefined) forbidden.push(`src/${name} imports ${reference.target}: ${reason}`);
    }
  }
  assert.deepEqual(forbidden, []);
});

test('every #include in native/ follows the direction of dependencies', () => {
  const forbidden: string[] = [];
  for (const name of files('native').filter((file) => /\.(cc|h)$/.test(file))) {
    const allowed = NATIVE[folderOf(name)] ?? [];
    for (const [line, , own, system] of read('native', name).matchAll(/^\s*#\s*include\s+("([^"]+)"|<([^>]+)>)/gm)) {
      if (own !== undefined && !allowed.some((prefix) => own.startsWith(prefix))) forbidden.push(`${name}: ${line}`);
      const needsNode = /^(napi|node_api|js_native_api|node|uv|v8)[.\-/]/.test(system ?? '');
      if (needsNode && folderOf(name) !== 'addon') forbidden.push(`${name}: ${line}`);
    }
  }
  assert.deepEqual(forbidden, []);
});

test('both builds of the native code compile the same sources, and all of them', () => {
  const gyp = JSON.parse(read('.', 'binding.gyp')) as { targets: { target_name: string; sources: string[] }[] };
  const cmake = read('native', 'CMakeLists.txt');
  const lists = { rtpproxy_engine: 'ENGINE_SOURCES', rtpproxy_native: 'ADDON_SOURCES' };
  const compiled: string[] = [];
  for (const [target, list] of Object.entries(lists)) {
    const body = new RegExp(`set\\(${list}\\s([^)]*)\\)`).exec(cmake)?.[1] ?? '';
    const fromCmake = body.split(/\s+/).filter((name) => name !== '');
    const fromGyp = gyp.targets.find(({ target_name }) => target_name === target)?.sources ?? [];
    assert.deepEqual(
      fromCmake.sort(),
      fromGyp.map((name) => name.replace(/^native\//, '')).sort(),
      `${list} of CMakeLists.txt and ${target} of binding.gyp`,
    );
    compiled.push(...fromCmake);
  }
  assert.equal(gyp.targets.length, Object.keys(lists).length);
  const present = files('native').filter((name) => name.endsWith('.cc'));
  assert.deepEqual(compiled.sort(), present);
});

test('every native test is built and run', () => {
  const cmake = read('native', 'CMakeLists.txt');
  const lists = { TESTS: /^(\w+)_test\.cc$/, FUZZERS: /^fuzz\/(\w+)_fuzz\.cc$/ };
  for (const [list, pattern] of Object.entries(lists)) {
    const body = new RegExp(`set\\(${list}\\s([^)]*)\\)`).exec(cmake)?.[1] ?? '';
    const present = files('test/native').flatMap((name) => pattern.exec(name)?.[1] ?? []);
    assert.deepEqual(present.sort(), body.trim().split(/\s+/).sort(), list);
  }
});

test(`no source file has more than ${MAX_LINES} lines`, () => {
  const long: string[] = [];
  for (const folder of ['src', 'native']) {
    for (const name of files(folder)) {
      const lines = read(folder, name).split('\n').length - 1;
      if (lines > MAX_LINES) long.push(`${folder}/${name}: ${lines}`);
    }
  }
  assert.deepEqual(long, []);
});
