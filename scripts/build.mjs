// Compiles src/ to dist/, and writes the manual pages and completion files there. At install time of the published package there is nothing to do: dist/ comes with it.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
if (!existsSync(path.join(root, 'tsconfig.build.json'))) process.exit(0);
const require = createRequire(import.meta.url);
const tsc = path.join(path.dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');
rmSync(path.join(root, 'dist'), { recursive: true, force: true });
const run = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
if (run.status !== 0) process.exit(run.status ?? 1);
const man = spawnSync(process.execPath, [path.join(root, 'scripts', 'man.mjs')], { stdio: 'inherit' });
if (man.status !== 0) process.exit(man.status ?? 1);
const { bin } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
for (const program of Object.values(bin)) chmodSync(path.join(root, program), 0o755);
