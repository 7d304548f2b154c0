// Puts compiled addons into prebuilds/, from where they go into the package: for x64 and arm64, one of them with Debian's cross
// compiler (g++-aarch64-linux-gnu or g++-x86-64-linux-gnu). npm runs it before `npm pack`, and with `--clean` afterwards, since in a
// checkout an old addon must not be found. A package without one of the two must be asked for: RTPPROXY_PREBUILDS=x64 npm pack, or
// arguments. There is none for musl (Alpine), as Debian has no libstdc++ for it: there the package compiles its addon.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { built, compile, prebuiltFolder, root } from './node-gyp.mjs';

/** The oldest C library that the addon may ask for: newer ones are on every distribution since 2022. */
const GLIBC = [2, 34];
/** Prefixes of Debian's cross compilers, and their packages. */
const CROSS = {
  arm64: ['aarch64-linux-gnu-', 'g++-aarch64-linux-gnu'],
  x64: ['x86_64-linux-gnu-', 'g++-x86-64-linux-gnu'],
};

function tool(arch, name) {
  return arch === process.arch ? name : `${CROSS[arch]?.[0] ?? `${arch}-`}${name}`;
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
  // This machine's own compiler is the one that the environment names.
  const cross = { CC: tool(arch, 'gcc'), CXX: tool(arch, 'g++'), AR: tool(arch, 'ar') };
  const problem = compile(arch, arch === process.arch ? {} : cross);
  if (problem !== undefined) throw new Error(problem);
  for (const addon of built) keep(arch, addon);
}

function keep(arch, addon) {
  const [newest] = glibcVersions(arch, addon);
  if (newest[0] > GLIBC[0] || newest[1] > GLIBC[1]) {
    throw new Error(`the addon for ${arch} needs glibc ${newest.join('.')}, more than ${GLIBC.join('.')}`);
  }
  const folder = prebuiltFolder(arch);
  const file = path.join(folder, path.basename(addon));
  mkdirSync(folder, { recursive: true });
  copyFileSync(addon, file);
  run(tool(arch, 'strip'), '--strip-unneeded', file);
  console.error(`${path.relative(root, file)}: ${statSync(file).size} bytes, glibc ${newest.join('.')} or newer`);
}

/** Tells what is missing before anything is built. */
function requireCompilers(archs) {
  for (const arch of archs) {
    if (spawnSync(tool(arch, 'g++'), ['--version']).status === 0) continue;
    const name = arch === process.arch ? 'g++' : CROSS[arch]?.[1];
    const advice = name === undefined ? '' : `apt-get install ${name}, or `;
    console.error(
      `prebuild: there is no compiler for ${arch} (${tool(arch, 'g++')}): ${advice}choose processors with RTPPROXY_PREBUILDS=${process.arch}`,
    );
    process.exit(1);
  }
}

const chosen = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const fromEnvironment = (process.env.RTPPROXY_PREBUILDS ?? '').split(',').filter((arch) => arch !== '');
const wanted = [chosen, fromEnvironment].find((archs) => archs.length > 0) ?? Object.keys(CROSS);
const clean = process.argv.includes('--clean');
if (!clean) requireCompilers(wanted);
rmSync(path.join(root, 'prebuilds'), { recursive: true, force: true });
if (clean) process.exit(0);
// This machine's own comes last, so that build/ is of use afterwards.
for (const arch of wanted.sort((a, b) => Number(a === process.arch) - Number(b === process.arch))) prebuild(arch);
