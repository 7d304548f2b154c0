import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, cpSync, mkdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const RELAY = path.join(ROOT, 'test', 'fixtures', 'relay-one-packet.mjs');
/** What a checkout has beside its own files. */
const NOT_COPIED = ['.git', 'node_modules', 'build', 'dist', 'prebuilds', path.join('native', 'build')];

/** How a program ended, and what it wrote to both outputs. */
export interface Outcome {
  readonly code: number | null;
  readonly output: string;
}

/** A Node.js with an npm. */
export interface Npm {
  readonly node: string;
  /** npm's `npm-cli.js`. */
  readonly cli: string;
}

/** Runs a program to its end, four minutes at most. */
export async function execute(
  [program = '', ...args]: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Outcome> {
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: 240_000 });
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: child.exitCode, output: out + err };
}

/** The Node.js that runs the test, with its npm. */
export function thisNpm(): Npm {
  const beside = path.join(path.dirname(process.execPath), 'npm');
  return { node: process.execPath, cli: process.env.npm_execpath ?? realpathSync(beside) };
}

/** Copies the checkout without what was built, so that packing leaves the checkout as it is. */
export function copyCheckout(folder: string): void {
  const skipped = new Set(NOT_COPIED.map((name) => path.join(ROOT, name)));
  cpSync(ROOT, folder, { recursive: true, filter: (source) => !skipped.has(source) });
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
}

/** Packs a copy of the checkout without running scripts, and returns the tarball's path. */
export async function pack(copy: string, destination: string): Promise<string> {
  mkdirSync(destination);
  const { node, cli } = thisNpm();
  const run = await execute([node, cli, 'pack', '--ignore-scripts', '--pack-destination', destination], copy);
  const name = /^rtpproxy-node-.*\.tgz$/m.exec(run.output)?.[0];
  if (run.code !== 0 || name === undefined) throw new Error(`npm pack failed:\n${run.output}`);
  return path.join(destination, name);
}

/** An environment in which `node` and a shell are the only programs. */
export function bareEnvironment(folder: string, node: string): NodeJS.ProcessEnv {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  symlinkSync(node, path.join(folder, 'node'));
  for (const name of ['sh', 'env']) symlinkSync(`/usr/bin/${name}`, path.join(folder, name));
  return { ...process.env, PATH: folder };
}

/** Installs tarballs or packages into an empty folder. */
export async function install(
  folder: string,
  packages: string | readonly string[],
  options: { readonly npm?: Npm; readonly env?: NodeJS.ProcessEnv; readonly args?: readonly string[] },
): Promise<Outcome> {
  mkdirSync(folder);
  const { node, cli } = options.npm ?? thisNpm();
  const args = [
    'install',
    '--no-fund',
    '--no-audit',
    '--foreground-scripts',
    ...(options.args ?? []),
    ...[packages].flat(),
  ];
  return await execute([node, cli, ...args], folder, options.env);
}

/** Lets the installed daemon relay a packet. */
export async function relayOnePacket(folder: string, node: string, env?: NodeJS.ProcessEnv): Promise<Outcome> {
  copyFileSync(RELAY, path.join(folder, 'relay.mjs'));
  return await execute([node, 'relay.mjs'], folder, env);
}
