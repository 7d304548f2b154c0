// Formats the C++ code with clang-format: node scripts/format-native.mjs [--check]. The check also warns of long files.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const check = process.argv.includes('--check');
const files = ['native', 'test/native'].flatMap((folder) =>
  readdirSync(path.join(root, folder), { recursive: true })
    .map((name) => path.join(folder, String(name)))
    .filter((name) => /\.(cc|h)$/.test(name) && !name.startsWith(path.join('native', 'build'))),
);

// As Biome does for TypeScript (.biome.json): a hint to look whether a file has one topic, never a failure.
const MANY_LINES = 500;
for (const name of check ? files : []) {
  const lines = readFileSync(path.join(root, name), 'utf8').split('\n').length - 1;
  if (lines > MANY_LINES) console.warn(`warning: ${name} has ${lines} lines, more than ${MANY_LINES}`);
}

const args = check ? ['--dry-run', '--Werror'] : ['-i'];
const result = spawnSync('clang-format', [...args, ...files], { cwd: root, stdio: 'inherit' });
if (result.error) {
  const needed = process.env.CI === 'true';
  console.error(`clang-format is not installed: C++ formatting ${needed ? 'cannot be checked' : 'was skipped'}`);
  process.exit(needed ? 1 : 0);
}
if (result.status !== 0 && check) console.error('C++ files need formatting: run npm run format');
process.exit(result.status ?? 1);
