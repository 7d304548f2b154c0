import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

// Dependency directions (docs/architecture.md 2). They keep every layer testable without those above it.

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * The rooms of `src/` from the lowest to the highest, each with the rooms that it may import from; all of them stand before
 * it, so no import goes upward. '' are the files beside the rooms: what other programs may use.
 */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  addon: ['protocol'],
  log: ['addon'],
  files: [],
  quality: [],
  control: ['protocol', 'addon', 'log'],
  config: ['protocol', 'addon', 'log', 'control'],
  process: ['addon', 'log', 'control', 'config'],
  session: ['protocol', 'addon', 'log'],
  calls: ['addon', 'log', 'files', 'quality', 'session'],
  metrics: ['protocol', 'addon', 'log', 'session', 'calls'],
  playback: ['protocol', 'addon', 'log', 'files', 'session'],
  recording: ['protocol', 'addon', 'log', 'files', 'process', 'session'],
  notify: ['log', 'control', 'config', 'session'],
  modules: ['protocol', 'addon', 'log', 'files', 'quality', 'config', 'session', 'calls'],
  commands: ['protocol', 'addon', 'log', 'control', 'session', 'metrics', 'playback', 'recording', 'notify', 'modules'],
  http: ['log', 'control', 'calls'],
  page: ['calls'],
  daemon: [
    ...['protocol', 'addon', 'log', 'control', 'config', 'process'],
    ...['session', 'calls', 'metrics', 'playback', 'recording', 'notify', 'modules', 'commands', 'http'],
  ],
  client: ['protocol'],
  captures: [],
  audio: ['addon', 'captures'],
  tools: ['addon', 'log', 'config', 'captures', 'audio'],
  ctl: ['log', 'calls'],
  cli: ['protocol', 'log', 'calls', 'config', 'process', 'daemon', 'client', 'ctl', 'tools'],
  '': ['protocol', 'modules', 'client', 'captures', 'audio'],
};
/** The addon is loaded in one place and wrapped in six others; nobody else has to do with it. */
const ONLY_IMPORTERS: Readonly<Record<string, readonly string[]>> = {
  'addon/loader.ts': [
    ...['addon/audio-codecs.ts', 'addon/control-sockets.ts', 'addon/engine.ts', 'addon/host.ts'],
    ...['addon/recording-stats.ts', 'addon/codecs.ts'],
  ],
};
const PACKAGES: Readonly<Record<string, string>> = {
  bindings: 'addon/loader.ts',
  'prom-client': 'metrics/prometheus.ts',
  uplot: 'page/graph.ts',
};

const NATIVE: Readonly<Record<string, readonly string[]>> = {
  base: ['base/', 'rtp/'],
  rtp: ['base/', 'rtp/'],
  codec: ['base/', 'codec/'],
  codecs: ['codecs/'],
  latch: ['base/', 'rtp/', 'latch/'],
  io: ['base/', 'io/'],
  access: ['base/', 'access/'],
  control: ['base/', 'access/', 'control/'],
  sinks: ['base/', 'rtp/', 'codec/', 'sinks/'],
  play: ['base/', 'rtp/', 'play/'],
  engine: ['base/', 'access/', 'rtp/', 'latch/', 'io/', 'sinks/', 'play/', 'engine/'],
  addon: [
    ...['base/', 'codec/', 'access/', 'latch/', 'rtp/', 'io/', 'control/', 'sinks/', 'play/', 'engine/', 'addon/'],
    'codecs/',
  ],
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
function imports(source: string): string[] {
  const statements = source.matchAll(/^\s*(?:import|export)\b(?:[^'";]*?\bfrom)?\s*'([^']+)'/gm);
  const calls = source.matchAll(/\b(?:import|require)\(\s*['"`]([^'"`]+)['"`]/g);
  return [...statements, ...calls].map((match) => match[1] ?? '');
}

function roomOf(name: string): string {
  return name.includes('/') ? name.slice(0, name.indexOf('/')) : '';
}

/** The file below `src/` that an import of `name` means. */
function fileOf(name: string, target: string): string {
  return path.posix.join(path.posix.dirname(name), target);
}

/** Why a file of `src/` must not import that; undefined when it may. */
function objection(name: string, target: string): string | undefined {
  if (target.startsWith('node:')) return undefined;
  if (!target.startsWith('.')) return PACKAGES[target] === name ? undefined : 'no package may be imported here';
  const wanted = fileOf(name, target);
  const importers = ONLY_IMPORTERS[wanted];
  if (importers !== undefined && !importers.includes(name)) return `only ${importers.join(' and ')} import it`;
  const room = roomOf(name);
  const lower = ROOMS[room];
  if (lower === undefined) return 'the room has no place in this test';
  return roomOf(wanted) === room || lower.includes(roomOf(wanted)) ? undefined : 'forbidden direction';
}

/** Files that import one another, each once, in the order in which one is reached from the other. */
function circles(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (name: string, above: readonly string[]): void => {
    if (above.includes(name)) {
      found.push([...above.slice(above.indexOf(name)), name].join(' > '));
      return;
    }
    if (done.has(name)) return;
    for (const target of graph.get(name) ?? []) visit(target, [...above, name]);
    done.add(name);
  };
  for (const name of graph.keys()) visit(name, []);
  return found;
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
  assert.deepEqual(imports(source), ['./a.ts', './b.ts', './c.ts', './d.ts', './e.ts', './f.ts', './g.ts']);
});

test('forbidden imports are told from allowed ones', () => {
  assert.equal(objection('commands/info.ts', '../addon/engine.ts'), undefined);
  assert.notEqual(objection('protocol/parse.ts', '../log/log.ts'), undefined);
  assert.notEqual(objection('addon/events.ts', './loader.ts'), undefined);
  assert.notEqual(objection('addon/engine.ts', 'bindings'), undefined);
  assert.notEqual(objection('daemon/daemon.ts', '../cli/main.ts'), undefined);
  assert.notEqual(objection('elsewhere/x.ts', '../control/udp.ts'), undefined);
});

test('a circle is found wherever it begins', () => {
  const graph = { a: ['b', 'c'], b: ['c'], c: ['d'], d: ['b'], e: ['a'] };
  assert.deepEqual(circles(new Map(Object.entries(graph))), ['b > c > d > b']);
  assert.deepEqual(circles(new Map(Object.entries({ ...graph, d: [] }))), []);
});

test('every room imports from lower rooms only', () => {
  const rooms = Object.keys(ROOMS);
  for (const [index, room] of rooms.entries()) {
    const upward = (ROOMS[room] ?? []).filter((other) => !rooms.slice(0, index).includes(other));
    assert.deepEqual(upward, [], `rooms above ${room}`);
  }
  assert.deepEqual([...new Set(files('src').map(roomOf))].sort(), rooms.sort());
});

test('every import in src/ follows the direction of dependencies, and every one that is allowed is needed', () => {
  const forbidden: string[] = [];
  const used = new Set<string>();
  for (const name of files('src')) {
    for (const target of imports(read('src', name))) {
      const reason = objection(name, target);
      if (reason !== undefined) forbidden.push(`src/${name} imports ${target}: ${reason}`);
      if (target.startsWith('.')) used.add(`${roomOf(name)} > ${roomOf(fileOf(name, target))}`);
    }
  }
  assert.deepEqual(forbidden, []);
  const allowed = Object.entries(ROOMS).flatMap(([room, lower]) => lower.map((other) => `${room} > ${other}`));
  assert.deepEqual(
    allowed.filter((each) => !used.has(each)),
    [],
  );
});

test('without --http nothing of it is loaded', () => {
  const loaded = new Set<string>();
  const load = (name: string): void => {
    if (loaded.has(name)) return;
    loaded.add(name);
    // What is only a type is gone when it runs, and `import()` comes when it is needed.
    const statements = read('src', name).matchAll(/^(?:import|export)\b(?! type\b)(?:[^'";]*?\bfrom)?\s*'(\.[^']+)'/gm);
    for (const [, target = ''] of statements) load(fileOf(name, target));
  };
  for (const begin of ['cli/rtpproxy.cts', 'cli/rtpproxy.ts', 'cli/rtpproxy-process.ts', 'daemon/daemon.ts'])
    load(begin);
  assert(loaded.has('commands/dispatcher.ts'));
  const forbidden = [...loaded].filter((name) => /^(http|calls|quality)\/|^metrics\/prometheus/.test(name));
  assert.deepEqual(forbidden, []);
});

test('no files of src/ import one another in a circle, types included', () => {
  const graph = files('src').map((name): [string, string[]] => [
    name,
    imports(read('src', name))
      .filter((target) => target.startsWith('.'))
      .map((target) => fileOf(name, target)),
  ]);
  assert.deepEqual(circles(new Map(graph)), []);
});

test('every #include in native/ follows the direction of dependencies', () => {
  const forbidden: string[] = [];
  for (const name of files('native').filter((file) => /\.(cc|h)$/.test(file))) {
    const allowed = NATIVE[roomOf(name)] ?? [];
    for (const [line, , own, system] of read('native', name).matchAll(/^\s*#\s*include\s+("([^"]+)"|<([^>]+)>)/gm)) {
      if (own !== undefined && !allowed.some((prefix) => own.startsWith(prefix))) forbidden.push(`${name}: ${line}`);
      const needsNode = /^(napi|node_api|js_native_api|node|uv|v8)[.\-/]/.test(system ?? '');
      if (needsNode && roomOf(name) !== 'addon') forbidden.push(`${name}: ${line}`);
    }
  }
  assert.deepEqual(forbidden, []);
});

test('both builds of the native code compile the same sources, and all of them', () => {
  const gyp = JSON.parse(read('.', 'binding.gyp')) as { targets: { target_name: string; sources: string[] }[] };
  const cmake = read('native', 'CMakeLists.txt');
  const lists = {
    ...{ rtpproxy_engine: 'ENGINE_SOURCES', rtpproxy_native: 'ADDON_SOURCES' },
    rtpproxy_codecs: 'CODECS_SOURCES',
  };
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
  // What both addons need stands in both lists.
  assert.deepEqual([...new Set(compiled)].sort(), present);
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
