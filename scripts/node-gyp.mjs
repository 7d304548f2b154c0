// Runs node-gyp without any download: it gets the headers of the running node from this machine, or is not run.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
/** The addons: the daemon's, and that of the tools. */
const ADDONS = ['rtpproxy_native.node', 'rtpproxy_codecs.node'];
/** Where node-gyp leaves them. */
export const built = ADDONS.map((name) => path.join(root, 'build', 'Release', name));

/** Folder of the addon that comes with the package, or would, for a processor of Node's name (`x64`, `arm64`). */
export function prebuiltFolder(arch) {
  return path.join(root, 'prebuilds', `linux-${arch}-glibc`);
}

/** True when the addon loads in a child process: a broken file must not take the caller down. */
export function loads(addon) {
  return existsSync(addon) && spawnSync(process.execPath, ['-e', `require(${JSON.stringify(addon)})`]).status === 0;
}

/** Folders that may have `include/node`: a chosen one alone, or beside the program, the system's, and what node-gyp has kept. */
function headerPlaces() {
  const chosen = process.env.npm_config_nodedir;
  if (chosen) return [chosen];
  const cache = process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache');
  const kept = path.join(process.env.npm_config_devdir ?? path.join(cache, 'node-gyp'), process.versions.node);
  return [path.resolve(process.execPath, '..', '..'), '/usr', '/usr/local', kept];
}

/** The folder whose headers are those of the running node; undefined: there is none, and none is downloaded. */
function headers() {
  return headerPlaces().find((folder) => {
    const file = path.join(folder, 'include', 'node', 'node_version.h');
    if (!existsSync(file)) return false;
    const text = readFileSync(file, 'utf8');
    const part = (name) => new RegExp(`#define NODE_${name}_VERSION (\\d+)`).exec(text)?.[1];
    return `v${part('MAJOR')}.${part('MINOR')}.${part('PATCH')}` === process.version;
  });
}

/** npm names its own node-gyp; a checkout has one among the development tools. */
function nodeGyp() {
  if (process.env.npm_config_node_gyp) return process.env.npm_config_node_gyp;
  try {
    return createRequire(import.meta.url).resolve('node-gyp/bin/node-gyp.js');
  } catch {
    return undefined;
  }
}

/**
 * Compiles the addon for a processor; `env` may name a cross compiler.
 *
 * @returns {string | undefined} why it failed
 */
export function compile(arch = process.arch, env = {}) {
  const gyp = nodeGyp();
  if (gyp === undefined) return 'node-gyp was not found; run this through npm';
  const nodedir = headers();
  if (nodedir === undefined) {
    return (
      `the headers of Node.js ${process.version} are not on this machine, and nothing is downloaded. They come with the archives of ` +
      'nodejs.org and with the packages of NodeSource; npm_config_nodedir=FOLDER names a folder that has them in include/node'
    );
  }
  const args = [gyp, 'rebuild', '--loglevel=error', '--jobs=max', `--arch=${arch}`, `--nodedir=${nodedir}`];
  const run = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
  return run.status === 0 ? undefined : 'the compiler or node-gyp reported an error (see above)';
}
