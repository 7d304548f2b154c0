// Runs a benchmark: node scripts/bench.mjs NAME [OPTIONS], which is test/bench/NAME.ts; see test/bench/README.md.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const names = readdirSync(path.join(root, 'test', 'bench'))
  .filter((name) => name.endsWith('.ts'))
  .map((name) => path.basename(name, '.ts'));
const [name, ...options] = process.argv.slice(2);
if (name === undefined || !names.includes(name)) {
  console.error(`usage: npm run bench -- <${names.sort().join('|')}> [OPTIONS]; --help shows the options`);
  process.exit(2);
}
const args = ['--import', 'tsx', path.join('test', 'bench', `${name}.ts`), ...options];
const run = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
process.exit(run.status ?? 1);
