// Builds the native addon when it is not there yet. npm runs this at install time; `--force` rebuilds (npm run build:native).
// Nothing is ever downloaded: node-gyp gets the headers that lie beside the running node when they are there.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);
const addon = path.join(root, 'build', 'Release', 'rtpproxy_native.node');

/** True when the addon loads in a child process: a broken file must not take the installer down. */
function loads() {
  return existsSync(addon) && spawnSync(process.execPath, ['-e', `require(${JSON.stringify(addon)})`]).status === 0;
}

/** Folder with Node's own headers, or undefined: then node-gyp looks into its cache. */
function headers() {
  const prefix = path.resolve(process.execPath, '..', '..');
  const file = path.join(prefix, 'include', 'node', 'node_version.h');
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, 'utf8');
  const part = (name) =>
    /** @type {RegExpExecArray} */ (new RegExp(`#define NODE_${name}_VERSION (\\d+)`).exec(text))?.[1];
  return `v${part('MAJOR')}.${part('MINOR')}.${part('PATCH')}` === process.version ? prefix : undefined;
}

/** npm names its own node-gyp; a checkout has one among the development tools. */
function nodeGyp() {
  if (process.env.npm_config_node_gyp) return process.env.npm_config_node_gyp;
  try {
    return require.resolve('node-gyp/bin/node-gyp.js');
  } catch {
    return undefined;
  }
}

function fail(reason) {
  console.error(
    [
      `rtpproxy-node: the native addon cannot be built: ${reason}`,
      'It needs a C++20 compiler, make and python3:',
      '  Debian, Ubuntu:  apt-get install g++ make python3',
      '  Alpine:          apk add g++ make python3',
      'Then run: npm rebuild rtpproxy-node',
    ].join('\n'),
  );
  process.exit(1);
}

if (!process.argv.includes('--force') && loads()) process.exit(0);
if (process.platform !== 'linux') fail(`it runs on Linux only, and this is ${process.platform}`);
const gyp = nodeGyp();
if (gyp === undefined) fail('node-gyp was not found; run this through npm');
const nodedir = headers();
const args = [gyp, 'rebuild', '--loglevel=error', ...(nodedir ? [`--nodedir=${nodedir}`] : [])];
const built = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
if (built.status !== 0) fail('the compiler or node-gyp reported an error (see above)');
if (!loads()) fail('it was built but does not load');
