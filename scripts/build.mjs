// Compiles src/ to dist/, puts the page together in dist/page/, and writes the manual pages and completion files there. At install time of the published package there is nothing to do: dist/ comes with it.
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
if (!existsSync(path.join(root, 'tsconfig.build.json'))) process.exit(0);
const require = createRequire(import.meta.url);
const page = path.join(root, 'dist', 'page');
const tsc = path.join(path.dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');
rmSync(path.join(root, 'dist'), { recursive: true, force: true });
// The page first: what it takes types from is compiled again with the rest, comments and declarations included.
node(tsc, '-p', 'tsconfig.page.json', '--noEmit', 'false');
node(tsc, '-p', 'tsconfig.build.json');
copyPage();
minifyPage();
node(path.join(root, 'scripts', 'man.mjs'));
const { bin } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
for (const program of Object.values(bin)) chmodSync(path.join(root, program), 0o755);

function node(...args) {
  const run = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (run.status !== 0) process.exit(run.status ?? 1);
}

/** What of the page is not compiled, and the two libraries that it loads, with their licences. */
function copyPage() {
  const copied = {
    'src/page/licences/preact.txt': 'LICENSE.preact.txt',
    'node_modules/htm/preact/standalone.module.js': 'preact.js',
    'node_modules/htm/LICENSE': 'LICENSE.htm.txt',
    'node_modules/uplot/dist/uPlot.iife.min.js': 'uplot.js',
    'node_modules/uplot/LICENSE': 'LICENSE.uplot.txt',
  };
  for (const name of readdirSync(path.join(root, 'src', 'page'))) {
    if (/\.(html|css|svg)$/.test(name)) copied[`src/page/${name}`] = name;
  }
  for (const [from, to] of Object.entries(copied)) copyFileSync(path.join(root, from), path.join(page, to));
}

/** Each file by itself, so that what a browser loads stays small; uPlot comes minified. */
function minifyPage() {
  const { transformSync } = require('esbuild');
  for (const name of readdirSync(page)) {
    const loader = path.extname(name).slice(1);
    if (!['js', 'css'].includes(loader) || name === 'uplot.js') continue;
    const file = path.join(page, name);
    // Line ends in templates are blanks to preact.
    const source = readFileSync(file, 'utf8').replace(/\n\s+/g, '\n');
    const options = {
      loader,
      minify: true,
      charset: 'utf8',
      treeShaking: true,
      ...(loader === 'js' && { format: 'esm' }),
    };
    writeFileSync(file, transformSync(name === 'preact.js' ? withUsedExports(source) : source, options).code);
  }
}

/** Without what the page does not use of preact (src/page/preact.d.ts), such as hooks: nothing else leads to it. */
function withUsedExports(source) {
  const used = (each) => /^\w+ as (?:html|render|Component)$/.test(each);
  return source.replace(/export\{([^}]*)\}/, (_, all) => `export{${all.split(',').filter(used).join()}}`);
}
