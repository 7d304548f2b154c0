// Compiles src/ to dist/, puts the page together in dist/page/, and writes the manual pages and completion files. At install time of the
// published package there is nothing to do: dist/ comes with it.
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
// The page first: what it takes types from is compiled again with the rest, comments and declarations included.
node(tsc, '-p', 'tsconfig.page.json', '--noEmit', 'false');
node(tsc, '-p', 'tsconfig.build.json');
const { finishPage } = await import('./page.mjs');
finishPage(root);
node(path.join(root, 'scripts', 'man.mjs'));
const { bin } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
// The daemon can be started without its command, too.
for (const program of [...Object.values(bin), 'dist/cli/rtpproxy.js']) chmodSync(path.join(root, program), 0o755);

function node(...args) {
  const run = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (run.status !== 0) process.exit(run.status ?? 1);
}
