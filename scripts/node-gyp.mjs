// Runs node-gyp without any download: it gets the headers that lie beside the running node when they are there.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
/** Where node-gyp leaves the addon. */
export const built = path.join(root, 'build', 'Release', 'rtpproxy_native.node');

/** Folder of the addon that comes with the package, or would, for a processor of Node's name (`x64`, `arm64`). */
export function prebuiltFolder(arch) {
  return path.join(root, 'prebuilds', `linux-${arch}-glibc`);
}

/** True when the addon loads in a child process: a broken file must not take the caller down. */
export function loads(addon) {
  return existsSync(addon) && spawnSync(process.execPath, ['-e', `require(${JSON.stringify(addon)})`]).status === 0;
}

/** Folder with Node's own headers, or undefined: then node-gyp looks into its cache. */
function headers() {
  const prefix = path.resolve(process.execPath, '..', '..');
  const file = path.join(prefix, 'include', 'node', 'node_version.h');
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, 'utf8');
  const part = (name) => new RegExp(`#define NODE_${name}_VERSION (\\d+)`).exec(text)?.[1];
  return `v${part('MAJOR')}.${part('MINOR')}.${part('PATCH')}` === process.version ? prefix : undefined;
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
  const args = [
    gyp,
    'rebuild',
    '--loglevel=error',
    '--jobs=max',
    `--arch=${arch}`,
    ...(nodedir ? [`--nodedir=${nodedir}`] : []),
  ];
  const run = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
  return run.status === 0 ? undefined : 'the compiler or node-gyp reported an error (see above)';
}
