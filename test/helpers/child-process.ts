import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fstatSync, mkdtempSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { atEnd, type TestScope } from './cleanup.ts';
import { within } from './deadline.ts';

const STOP_MS = 5000;
const STDERR_KEPT = 65536;

/** How a process ended: its exit code, or the signal that killed it. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface RunningProcess {
  readonly pid: number;
  /** Fulfilled when the process is gone; never rejected. */
  readonly exited: Promise<Exit>;
  /** How it ended; undefined while it runs. */
  exit(): Exit | undefined;
  /** The last 64 KiB it has written to stderr so far: before a reply that has arrived, for example. */
  stderr(): string;
  /** Sends SIGTERM, and after 5 s SIGKILL to the process and its descendants. Safe to call again. */
  stop(): Promise<Exit>;
}

export interface ProcessOptions {
  readonly cwd: string;
  /** Environment variables to add to the test's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** Numbers of another user and group to run as, which only the superuser can. */
  readonly uid?: number;
  readonly gid?: number;
}

const running = new Set<ChildProcess>();

// The last resort when the test process ends without its `after` hooks, for example because its run was interrupted.
process.on('exit', () => {
  for (const child of running) child.kill('SIGTERM');
});
for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => process.exit(128 + constants.signals[signal]));
}

/** Starts a program without stdin and stdout. It is stopped when the test ends. Rejects if it cannot be started. */
export async function startProcess(
  scope: TestScope,
  [program = '', ...args]: readonly string[],
  options: ProcessOptions,
): Promise<RunningProcess> {
  const output = openUnnamed();
  atEnd(scope, () => closeSync(output));
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'ignore', output],
    ...(options.uid === undefined ? {} : { uid: options.uid }),
    ...(options.gid === undefined ? {} : { gid: options.gid }),
  });
  await once(child, 'spawn');
  const { pid } = child;
  if (pid === undefined) throw new Error(`${program}: no process id`);
  running.add(child);

  let exit: Exit | undefined;
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => {
      running.delete(child);
      exit = { code, signal };
      resolve(exit);
    });
  });
  const stop = async (): Promise<Exit> => {
    if (exit !== undefined) return exit;
    child.kill('SIGTERM');
    try {
      return await within(exited, STOP_MS, `end of ${program}`);
    } catch {
      for (const member of [...descendants(pid), pid]) kill(member);
      return within(exited, STOP_MS, `end of ${program} after SIGKILL`);
    }
  };
  atEnd(scope, async () => {
    await stop();
  });
  return { pid, exited, exit: () => exit, stderr: () => lastOf(output), stop };
}

/** A file without a name. Unlike a pipe's, its contents are there as soon as they are written. */
function openUnnamed(): number {
  const directory = mkdtempSync(join(tmpdir(), 'rtpproxy-test-'));
  try {
    return openSync(join(directory, 'stderr'), 'a+');
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function lastOf(file: number): string {
  const bytes = Buffer.alloc(STDERR_KEPT);
  const length = readSync(file, bytes, 0, STDERR_KEPT, Math.max(0, fstatSync(file).size - STDERR_KEPT));
  return bytes.toString('utf8', 0, length);
}

/** A killed parent takes no child with it. */
function descendants(pid: number): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ').filter(Boolean).map(Number);
    return children.flatMap((child) => [...descendants(child), child]);
  } catch {
    return [];
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Already gone.
  }
}
