import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startProcess } from '../helpers/child-process.ts';
import { type TestScope, temporaryDirectory } from '../helpers/cleanup.ts';
import { within } from '../helpers/deadline.ts';

const CLI = fileURLToPath(new URL('../../dist/cli/', import.meta.url));
/** A user without rights, whom every Debian has, and who has a name for `id -un`. */
const GAMES = { uid: 5, gid: 60 };
const TEST_MS = 900_000;
/** What debug builds of C write when no memory was lost. */
const ALL_CLEAR = /^MEMDEB\(\w+\): all clear\n/gm;
/** Which of the tests' files name others in /tmp. */
const NAMES_FILES = /^(functions|\w+\.sub|forwarding1)$/;

export interface CTestRun {
  /** Arguments for each start of the daemon. */
  readonly args?: readonly string[];
  /** Whose makeann and extractaudio. */
  readonly tools?: 'C' | 'own';
  /** As a user without rights instead of root. */
  readonly unprivileged?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Changes of the test's files: each of these texts becomes the other one, wherever it stands. */
  readonly edits?: readonly (readonly [file: string, from: string, to: string])[];
}

/**
 * Runs one of the C daemon's own tests, a shell script below TREE/tests, as its Makefile does, but with this daemon.
 * It runs as root on a copy of the tree's tests, in namespaces of its own. Rejects with what it printed if it fails.
 */
export async function runCTest(scope: TestScope, tree: string, name: string, run: CTestRun): Promise<void> {
  const root = temporaryDirectory(scope);
  copyTree(tree, root);
  for (const [file, from, to] of run.edits ?? []) replace(join(root, 'tests', file), from, to);
  const { args = [], tools = 'C' } = run;
  writePrograms(tree, root, args, tools);
  const tests = join(root, 'tests');
  const log = join(root, 'log');
  const identity = run.unprivileged ? `setpriv --reuid=${GAMES.uid} --regid=${GAMES.gid} --clear-groups` : '';
  if (run.unprivileged) for (const path of [root, tests, join(tests, '.spool')]) chmodSync(path, 0o777);
  const commands = [
    'ip link set lo up',
    // A way to everywhere, where nobody is.
    'ip link add out type veth peer name far && ip link set out up && ip link set far up',
    'ip address add 192.0.2.1/24 dev out && ip route add default via 192.0.2.2',
    // Some have it as their pid file, which goes at the end: a mount point stays.
    'mount --bind /dev/null /dev/null',
    `exec ${identity} sh ./${name} >${log} 2>&1`,
  ];
  const command = ['unshare', '-nm', 'sh', '-ec', commands.join('\n')];
  const env = { BASEDIR: tests, BUILDDIR: tests, TOP_BUILDDIR: root, TMPDIR: root, ...run.env };
  const test = await startProcess(scope, command, { cwd: tests, env });
  const { code } = await within(test.exited, TEST_MS, name);
  if (code !== 0) throw new Error(`${name} failed:\n${readFileSync(log, 'latin1')}\n${test.stderr()}`);
}

/** What the tests need, with the lines that only a debug build prints left out, and files in /tmp below `root`. */
function copyTree(tree: string, root: string): void {
  for (const folder of ['tests', 'python', 'scripts']) {
    cpSync(join(tree, folder), join(root, folder), { recursive: true });
  }
  symlinkSync(join(tree, 'modules'), join(root, 'modules'));
  const tests = join(root, 'tests');
  for (const entry of readdirSync(tests, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    if (/\.m?output$/.test(entry.name)) edit(path, (text) => text.replace(ALL_CLEAR, ''));
    if (NAMES_FILES.test(entry.name)) edit(path, (text) => text.replaceAll('/tmp/', `${root}/`));
  }
}

/** The programs where the tests look for them. */
function writePrograms(tree: string, root: string, args: readonly string[], tools: 'C' | 'own'): void {
  const daemon = [process.execPath, join(CLI, 'rtpproxy.cjs'), ...args];
  const tool = (name: string): string[] =>
    tools === 'own' ? [process.execPath, join(CLI, `${name}.js`)] : [join(tree, name, name)];
  const programs: [string, string[]][] = [
    ['src/rtpproxy', daemon],
    ['makeann/makeann', tool('makeann')],
    ['extractaudio/extractaudio', tool('extractaudio')],
  ];
  for (const [place, command] of programs) {
    mkdirSync(dirname(join(root, place)), { recursive: true });
    const script = `#!/bin/sh\nexec ${command.join(' ')} "$@"\n`;
    for (const path of [place, `${place}_debug`]) writeFileSync(join(root, path), script, { mode: 0o755 });
  }
}

function replace(path: string, from: string, to: string): void {
  edit(path, (text) => {
    if (!text.includes(from)) throw new Error(`${path} does not have "${from}"`);
    return text.replaceAll(from, to);
  });
}

function edit(path: string, change: (text: string) => string): void {
  writeFileSync(path, change(readFileSync(path, 'latin1')), 'latin1');
}
