// Runs the test files that are its arguments, as `node --test` would, but not all in the same way; started by test.mjs.
import { availableParallelism } from 'node:os';
import process from 'node:process';
import { PassThrough, Readable } from 'node:stream';
import { run } from 'node:test';
import { spec as Spec, tap } from 'node:test/reporters';
import failedTests from './failed-tests.mjs';
import { asOneRun } from './one-run.mjs';

const TIMEOUT_MS = 600_000;
/** Files whose tests only compute. */
const PURE = /^test\/(unit|property)\//;

const files = process.argv.slice(2);
const runs = [
  // The tests with real calls and timing must not compete for the processor with one another.
  { files: files.filter((file) => !PURE.test(file)), concurrency: 1 },
  { files: files.filter((file) => PURE.test(file)), concurrency: availableParallelism() },
].filter((part) => part.files.length > 0);

const events = Readable.from(asOneRun(runs.map((part) => () => run({ ...part, timeout: TIMEOUT_MS }))));
events.on('data', ({ type, data }) => {
  if (type === 'test:fail' && data.todo === undefined) process.exitCode = 1;
});
// As without these options, and the tests that failed once more at the end, where who reads a long log looks.
const copy = () => events.pipe(new PassThrough({ objectMode: true }));
copy()
  .compose(process.stdout.isTTY ? new Spec() : tap)
  .pipe(process.stdout);
copy().compose(failedTests).pipe(process.stderr);
