// Runs the tests: all *.test.ts below test/, or those whose path contains one of the arguments.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const wanted = process.argv.slice(2);
const files = readdirSync(path.join(root, 'test'), { recursive: true })
  .map((name) => path.join('test', String(name)))
  .filter((name) => name.endsWith('.test.ts'))
  .filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
  .sort();
if (files.length === 0) {
  console.error(`no test file matches: ${wanted.join(' ')}`);
  process.exit(1);
}
// One file at a time: the tests with real calls and timing must not compete for the processor with one another.
const options = ['--test-concurrency=1', '--test-timeout=600000'];
// As without these options, and the tests that failed once more at the end, where who reads a long log looks.
const reporters = [
  ...[`--test-reporter=${process.stdout.isTTY ? 'spec' : 'tap'}`, '--test-reporter-destination=stdout'],
  ...['--test-reporter=./scripts/failed-tests.mjs', '--test-reporter-destination=stderr'],
];
const args = ['--import', 'tsx', '--test', ...options, ...reporters, ...files];
const run = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
process.exit(run.status ?? 1);
