// Runs the fuzz targets of test/native/fuzz one after the other: node scripts/fuzz.mjs [SECONDS] [TARGET ...]
// SECONDS for each of them, 60 when absent. What they find on the way stays in native/build/fuzz/corpus for the next time;
// an input that fails is written to native/build/fuzz, named, and ends the run with exit code 1.
// To keep findings: node scripts/fuzz.mjs keep [TARGET ...] adds to test/native/fuzz/corpus what covers something new.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Longest input that is kept, so that the corpus stays small. */
const KEPT_BYTES = 512;

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const build = path.join(root, 'native', 'build', 'fuzz');
const sources = path.join(root, 'test', 'native', 'fuzz');
const targets = readdirSync(sources).flatMap((name) => /^(.*)_fuzz\.cc$/.exec(name)?.[1] ?? []);

const [what = '60', ...names] = process.argv.slice(2);
const keep = what === 'keep';
if (!(keep || /^\d+$/.test(what)) || names.some((name) => !targets.includes(name))) {
  console.error(`usage: node scripts/fuzz.mjs [SECONDS|keep] [${targets.join('|')} ...]`);
  process.exit(2);
}

for (const name of names.length > 0 ? names : targets) {
  const found = path.join(build, 'corpus', name);
  const kept = path.join(sources, 'corpus', name);
  mkdirSync(found, { recursive: true });
  mkdirSync(kept, { recursive: true });
  const merge = ['-set_cover_merge=1', `-max_len=${KEPT_BYTES}`, kept, found];
  const run = [`-max_total_time=${what}`, '-max_len=4096', '-timeout=10', '-print_final_stats=1', found, kept];
  const args = [`-artifact_prefix=${build}/${name}-`, '-verbosity=0', ...(keep ? merge : run)];
  const { error, status, stderr } = spawnSync(path.join(build, `${name}_fuzz`), args, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, UBSAN_OPTIONS: 'print_stacktrace=1' },
  });
  if (error) console.error(`${error.message}: build the targets with node scripts/native.mjs fuzz`);
  if (status !== 0) {
    console.error(stderr);
    process.exit(1);
  }
  const inputs = /number_of_executed_units: (\d+)/.exec(stderr)?.[1];
  console.log(keep ? `${name}: ${readdirSync(kept).length} inputs kept` : `${name}: ${inputs} inputs, nothing found`);
}
