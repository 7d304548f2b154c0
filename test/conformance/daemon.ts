import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Exit } from '../helpers/child-process.ts';
import { atEnd, type TestScope } from '../helpers/cleanup.ts';
import { until, within } from '../helpers/deadline.ts';

const START_MS = 10_000;
const STOP_MS = 5000;
const LOG_KEPT = 4096;
const BUILT = fileURLToPath(new URL('../../dist/cli/rtpproxy.cjs', import.meta.url));

/** A daemon with pipes at its standard input and output, for `stdio:` control sockets. */
export interface VectorDaemon {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** How it ended; undefined while it runs. */
  exit(): Exit | undefined;
  /** Fulfilled when it ends; never rejected. */
  readonly exited: Promise<Exit>;
  signal(name: NodeJS.Signals): void;
  /** Sends SIGTERM, and SIGKILL after 5 s. Safe to call again. */
  stop(): Promise<Exit>;
  /** The last lines that it logged. */
  log(): string;
}

const running = new Set<ChildProcess>();

// The last resort when the test process ends without its `after` hooks, for example because its run was interrupted.
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => process.exit(128 + constants.signals[signal]));
}

/**
 * Program and arguments of the daemon under test: the built one, or what environment variable RTPPROXY_COMMAND says
 * (blanks between, absolute paths).
 */
export function daemonCommand(): string[] {
  const words = process.env.RTPPROXY_COMMAND?.split(' ').filter(Boolean) ?? [];
  return words.length > 0 ? words : [process.execPath, BUILT];
}

/** Whether the built daemon is under test, which differs from the C daemon on purpose in places. */
export function isOwnDaemon(): boolean {
  return process.env.RTPPROXY_COMMAND === undefined;
}

/**
 * Starts the daemon in the foreground and waits until it is ready, that is, has written its pid file (cli.md 7). It is
 * stopped when the test ends. Rejects, with its log, if it ends instead.
 */
export async function startVectorDaemon(
  scope: TestScope,
  directory: string,
  args: readonly string[],
): Promise<VectorDaemon> {
  const pidFile = join(directory, 'pid');
  const [program = '', ...first] = daemonCommand();
  const child = spawn(program, [...first, '-f', '-F', '-p', pidFile, '-d', 'crit', ...args], { cwd: directory });
  await once(child, 'spawn');
  running.add(child);

  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-LOG_KEPT);
  });
  let exit: Exit | undefined;
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => {
      running.delete(child);
      exit = { code, signal };
      resolve(exit);
    });
  });
  const stop = async (): Promise<Exit> => {
    child.kill('SIGTERM');
    return within(exited, STOP_MS, 'end of the daemon').catch(() => {
      child.kill('SIGKILL');
      return exited;
    });
  };
  atEnd(scope, async () => {
    await stop();
  });

  await until(() => exit !== undefined || isWritten(pidFile), START_MS, `start of ${child.spawnargs.join(' ')}`);
  if (exit !== undefined) throw new Error(`${child.spawnargs.join(' ')}: ended, ${JSON.stringify(exit)}\n${log}`);
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    exit: () => exit,
    exited,
    signal: (name) => child.kill(name),
    stop,
    log: () => log,
  };
}

function isWritten(pidFile: string): boolean {
  return existsSync(pidFile) && readFileSync(pidFile, 'latin1').endsWith('\n');
}
