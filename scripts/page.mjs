// Puts together what a browser loads, in dist/page/, where the modules of src/page/ have been compiled to: with the other files, and with
// two libraries and their licences.
import { copyFileSync, readdirSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { transformSync } from 'esbuild';

/** What the page uses of preact (src/page/preact.d.ts). */
const USED = ['html', 'render', 'Component'];

/** `root`: of the repository. */
export function finishPage(root) {
  const page = path.join(root, 'dist', 'page');
  copyFiles(path.join(root, 'src', 'page'), page);
  minify(page);
  for (const file of files(page)) if (statSync(file).size === 0) unlinkSync(file);
}

function copyFiles(source, page) {
  for (const file of files(source)) {
    if (/\.(html|css|svg|txt)$/.test(file)) copyFileSync(file, path.join(page, path.basename(file)));
  }
  const preact = new URL(import.meta.resolve('htm/preact/standalone'));
  const uplot = new URL(import.meta.resolve('uplot/package.json'));
  copyFileSync(preact, path.join(page, 'preact.js'));
  copyFileSync(new URL('../LICENSE', preact), path.join(page, 'LICENSE.htm.txt'));
  copyFileSync(new URL('dist/uPlot.iife.min.js', uplot), path.join(page, 'uplot.js'));
  copyFileSync(new URL('LICENSE', uplot), path.join(page, 'LICENSE.uplot.txt'));
}

/** Each file by itself, so that what a browser loads stays small; uPlot comes minified. */
function minify(page) {
  for (const file of files(page)) {
    const name = path.basename(file);
    if (name === 'uplot.js' || name.endsWith('.txt')) continue;
    // Line ends are blanks, also in templates, and nothing between two tags.
    const source = readFileSync(file, 'utf8').replace(/\n\s+/g, '\n').replace(/>\n</g, '><');
    writeFileSync(file, minified(name, source));
  }
}

function minified(name, source) {
  const options = { minify: true, charset: 'utf8', treeShaking: true };
  if (name.endsWith('.css')) return transformSync(source, { ...options, loader: 'css' }).code;
  if (!name.endsWith('.js')) return source;
  return transformSync(name === 'preact.js' ? usedPart(source) : source, { ...options, format: 'esm' }).code;
}

/** A module with fewer exports, so that what only the others need, such as hooks, goes. */
function usedPart(source) {
  const used = (each) => USED.includes(each.split(' as ')[1]);
  return source.replace(/export\{([^}]*)\}/, (_, all) => `export{${all.split(',').filter(used).join()}}`);
}

function files(folder) {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.flatMap((entry) => (entry.isFile() ? [path.join(folder, entry.name)] : []));
}
