// Puts compiled addons into prebuilds/, from where they go into the package: for this machine's processor, and for arm64 where
// Debian's cross compiler (g++-aarch64-linux-gnu) is installed. npm runs it before `npm pack`, and with `--clean` afterwards, since in
// a checkout an old addon must not be found. Other arguments choose processors.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { built, compile, prebuiltFolder, root } from './node-gyp.mjs';

/** The oldest C library that the addon may ask for: newer ones are on every distribution since 2022. */
const GLIBC = [2, 34];
const CROSS = { arm64: 'aarch64-linux-gnu-' };

function tool(arch, name) {
  return arch === process.arch ? name : `${CROSS[arch] ?? `${arch}-`}${name}`;
}

function run(command, ...args) {
  const { status, stdout, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} failed: ${error?.message ?? `exit code ${status}`}`);
  return stdout;
}

/** The versions of the C library whose functions the addon needs, newest first. */
function glibcVersions(arch, file) {
  const found = run(tool(arch, 'readelf'), '-V', file).matchAll(/Name: GLIBC_(\d+)\.(\d+)/g);
  return [...found].map((match) => [Number(match[1]), Number(match[2])]).sort((a, b) => b[0] - a[0] || b[1] - a[1]);
}

function prebuild(arch) {
  const problem = compile(arch, { CC: tool(arch, 'gcc'), CXX: tool(arch, 'g++'), AR: tool(arch, 'ar') });
  if (problem !== undefined) throw new Error(problem);
  const [newest] = glibcVersions(arch, built);
  if (newest[0] > GLIBC[0] || newest[1] > GLIBC[1]) {
    throw new Error(`the addon for ${arch} needs glibc ${newest.join('.')}, more than ${GLIBC.join('.')}`);
  }
  const folder = prebuiltFolder(arch);
  const file = path.join(folder, path.basename(built));
  mkdirSync(folder, { recursive: true });
  copyFileSync(built, file);
  run(tool(arch, 'strip'), '--strip-unneeded', file);
  console.error(`${path.relative(root, file)}: ${statSync(file).size} bytes, glibc ${newest.join('.')} or newer`);
}

rmSync(path.join(root, 'prebuilds'), { recursive: true, force: true });
if (process.argv.includes('--clean')) process.exit(0);
const compilers = Object.keys(CROSS).filter((arch) => spawnSync(tool(arch, 'g++'), ['--version']).status === 0);
const wanted = process.argv.length > 2 ? process.argv.slice(2) : [...new Set([...compilers, process.arch])];
// This machine's own comes last, so that build/ is of use afterwards.
for (const arch of wanted.sort((a, b) => Number(a === process.arch) - Number(b === process.arch))) prebuild(arch);
