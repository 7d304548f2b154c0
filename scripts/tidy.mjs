// Looks at C++ files with clang-tidy (.clang-tidy): node scripts/tidy.mjs [--all]. Without --all at those that differ from
// the branch they came from, or from the commit before. Takes how they are compiled from a build of `npm run native`.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const builds = ['debug', 'asan'].map((preset) => path.join('native', 'build', preset));
const commands = builds.find((build) => existsSync(path.join(root, build, 'compile_commands.json')));
/** Where much has changed the rest is left to --all: nobody waits longer for a hint. */
const SECONDS = process.argv.includes('--all') ? Infinity : 100;

function git(...args) {
  const { status, stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

/** The commit to compare with; undefined where the history is not there, as in a clone of one commit. */
function base() {
  const head = git('rev-parse', 'HEAD');
  const branch = git('merge-base', 'HEAD', 'origin/main');
  return branch !== undefined && branch !== head ? branch : git('rev-parse', '--verify', '--quiet', 'HEAD~1');
}

const known = ['native', path.join('test', 'native')].flatMap((folder) =>
  readdirSync(path.join(root, folder), { recursive: true })
    .map((name) => path.join(folder, String(name)))
    .filter((name) => /\.(cc|h)$/.test(name) && !name.startsWith(path.join('native', 'build'))),
);

function changed() {
  const since = base();
  const names = since === undefined ? undefined : git('diff', '--name-only', since);
  if (names === undefined) return known;
  const listed = new Set([
    ...names.split('\n'),
    ...(git('ls-files', '--others', '--exclude-standard') ?? '').split('\n'),
  ]);
  // Other rules, or other flags for the compiler: every file may have a fault now.
  return listed.has('.clang-tidy') || listed.has('native/CMakeLists.txt')
    ? known
    : known.filter((name) => listed.has(name));
}

/** A header is looked at with a source that includes it, first of all its own. */
function sourceOf(header) {
  const own = header.replace(/\.h$/, '.cc');
  if (known.includes(own)) return own;
  const line = `#include "${path.relative(header.startsWith('test') ? 'test/native' : 'native', header)}"`;
  return known.find((name) => name.endsWith('.cc') && readFileSync(path.join(root, name), 'utf8').includes(line));
}

function look(name) {
  return new Promise((resolve) => {
    const tidy = spawn('clang-tidy', ['--quiet', '-p', commands, name], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    tidy.stdout.on('data', (chunk) => (text += chunk));
    // How many warnings of the system's headers were left out, unless it does not run at all.
    tidy.on('close', (status) => resolve({ status, text }));
  });
}

if (spawnSync('clang-tidy', ['--version']).error) {
  const needed = process.env.CI === 'true';
  console.error(`clang-tidy is not installed: C++ code ${needed ? 'cannot be' : 'was not'} looked at`);
  process.exit(needed ? 1 : 0);
}
if (commands === undefined) {
  console.error(`no compile_commands.json in ${builds.join(' or ')}: run npm run native -- debug build`);
  process.exit(1);
}

const names = process.argv.includes('--all') ? known : changed();
const sources = new Set(
  names.map((name) => (name.endsWith('.h') ? sourceOf(name) : name)).filter((name) => name !== undefined),
);
const waiting = [...sources].sort();
const end = performance.now() + SECONDS * 1000;
let faulty = 0;
let seen = 0;
async function work() {
  while (waiting.length > 0 && performance.now() < end) {
    const { status, text } = await look(waiting.shift());
    ++seen;
    if (text !== '') process.stdout.write(text);
    if (status !== 0) ++faulty;
  }
}
await Promise.all(Array.from({ length: availableParallelism() }, work));
const left = waiting.length > 0 ? `, ${waiting.length} left for --all` : '';
console.log(`clang-tidy: ${seen} of ${sources.size} files${left}; ${faulty} with faults`);
process.exit(faulty > 0 ? 1 : 0);
