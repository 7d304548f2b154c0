import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryDirectory } from '../helpers/cleanup.ts';
import { bareEnvironment, thisNpm } from './support/installation.ts';

// What goes into the npm package, and what does not.

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const { node, cli } = thisNpm();
const base = temporaryDirectory({ after });
const files = new Set(packed());

function packed(): string[] {
  const args = [cli, 'pack', '--dry-run', '--json', '--ignore-scripts'];
  const run = spawnSync(node, args, { cwd: ROOT, encoding: 'utf8' });
  assert.equal(run.status, 0, run.stderr);
  const [contents] = JSON.parse(run.stdout) as [{ files: { path: string }[] }];
  return contents.files.map((file) => file.path);
}

function read(name: string): string {
  return readFileSync(path.join(ROOT, name), 'utf8');
}

test('every link of a page leads to a file of the package', () => {
  const pages = [...files].filter((name) => name.endsWith('.md'));
  assert.ok(pages.length > 5);
  for (const page of pages) {
    for (const [, link = ''] of read(page).matchAll(/\]\(([^)#\s]+)[^)]*\)/g)) {
      if (link.includes('://')) continue;
      const target = path.posix.join(path.posix.dirname(page), link);
      const present = files.has(target) || [...files].some((name) => name.startsWith(`${target}/`));
      assert.ok(present, `${page}: ${link}`);
    }
  }
});

test('all of the page for browsers, the schema of call records and the dashboard are in it', () => {
  const page = readdirSync(path.join(ROOT, 'dist', 'page')).map((name) => `dist/page/${name}`);
  assert.ok(page.includes('dist/page/index.html'));
  const wanted = [...page, 'dist/cli/rtpp-ctl.js', 'docs/call-record.schema.json', 'docs/grafana/rtpproxy.json'];
  assert.deepEqual(
    wanted.filter((name) => !files.has(name)),
    [],
  );
});

test('no source maps without sources', () => {
  assert.deepEqual(
    [...files].filter((name) => name.endsWith('.map') || name.endsWith('.tsbuildinfo')),
    [],
  );
  for (const name of files) if (/^dist\/.*\.js$/.test(name)) assert.doesNotMatch(read(name), /sourceMappingURL/, name);
});

test('resolvers with and without "exports" find the same files', () => {
  const { main, types, exports } = JSON.parse(read('package.json'));
  assert.deepEqual([main, types], [exports['.'].default, exports['.'].types]);
  for (const file of [main, types]) assert.ok(files.has(path.posix.normalize(file)), file);
});

function prebuild(env: NodeJS.ProcessEnv): string {
  const run = spawnSync(node, ['scripts/prebuild.mjs'], { cwd: ROOT, encoding: 'utf8', env });
  assert.equal(run.status, 1);
  return run.stderr;
}

test('a package without the addon for x64 and arm64 is not made unless it is asked for', () => {
  const env = bareEnvironment(path.join(base, 'bin'), node);
  assert.match(
    prebuild(env),
    /^prebuild: there is no compiler for \w+ \(.*g\+\+\): apt-get install g\+\+.*RTPPROXY_PREBUILDS=\w+\n$/,
  );
  const other = prebuild({ ...process.env, RTPPROXY_PREBUILDS: 'sparc' });
  assert.match(
    other,
    /^prebuild: there is no compiler for sparc \(sparc-g\+\+\): choose processors with RTPPROXY_PREBUILDS=\w+\n$/,
  );
});
