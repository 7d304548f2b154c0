import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Exit, type RunningProcess, startProcess } from '../../helpers/child-process.ts';
import { type TestScope, temporaryDirectory } from '../../helpers/cleanup.ts';
import { within } from '../../helpers/deadline.ts';

const END_MS = 10_000;
export const BUILT = fileURLToPath(new URL('../../../dist/cli/rtpproxy.cjs', import.meta.url));
/** Marks a run's processes: their command line says no more than the name of the program. */
export const MARK = 'RTPPROXY_TEST_RUN';

export const SUPERUSER = process.getuid?.() === 0;

export interface RunOptions {
  /** Working directory; a new one when absent. */
  readonly directory?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly uid?: number;
  readonly gid?: number;
}

export interface Outcome extends Exit {
  readonly stderr: string;
}

/** Starts the daemon's command with exactly these arguments, and nothing on standard input. It is stopped with the test. */
export function startCommand(
  scope: TestScope,
  args: readonly string[],
  { directory = temporaryDirectory(scope), env = {}, ...ids }: RunOptions = {},
): Promise<RunningProcess> {
  return startProcess(scope, [process.execPath, BUILT, ...args], {
    ...ids,
    cwd: directory,
    env: { [MARK]: directory, ...env },
  });
}

/** The same with stderr in a file, which a daemon in the background may keep; the exit code. */
export async function runIntoFile(args: readonly string[], directory: string, file: string): Promise<number | null> {
  const stderr = openSync(file, 'a');
  const child = spawn(process.execPath, [BUILT, ...args], {
    cwd: directory,
    env: { ...process.env, [MARK]: directory },
    stdio: ['ignore', 'ignore', stderr],
    timeout: END_MS,
  });
  closeSync(stderr);
  await once(child, 'exit');
  return child.exitCode;
}

/** Runs the daemon's command until it has ended by itself, 10 s at most. */
export async function runCommand(
  scope: TestScope,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Outcome> {
  const child = await startCommand(scope, args, options);
  const exit = await within(child.exited, END_MS, `end of rtpproxy ${args.join(' ')}`);
  return { ...exit, stderr: child.stderr() };
}

/** Does `work` for all items, two at a time: starting processes is all that these tests do. */
export async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = items.values();
  const worker = async () => {
    for (const item of left) await work(item);
  };
  await Promise.all([worker(), worker()]);
}

/** Processes of commands that were started in this directory, in the background too. */
export function processesOf(directory: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => environment(pid).includes(`${MARK}=${directory}`))
    .map(Number);
}

function environment(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
  } catch {
    // Gone, or somebody else's.
    return [];
  }
}
