import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Exit, startProcess } from './child-process.ts';
import { atEnd, type TestScope, temporaryDirectory } from './cleanup.ts';
import { until } from './deadline.ts';

export { freeUdpPort } from './udp-port.ts';

const START_MS = 10_000;
const BUILT = resolve(fileURLToPath(import.meta.url), '../../../dist/cli/rtpproxy.cjs');

export interface Daemon {
  readonly pid: number;
  /** Its working directory, which is removed at the end of the test: relative paths in its arguments lie there. */
  readonly directory: string;
  readonly exited: Promise<Exit>;
  /** What it has logged so far. */
  stderr(): string;
  /** Sends SIGTERM and waits for the end, at most 5 s. */
  stop(): Promise<Exit>;
}

export interface DaemonOptions {
  /** `-d`; default `err`. */
  readonly logLevel?: string;
  /** False: the test ends the daemon in another way than SIGTERM, so its exit code at the end of the test is not checked. */
  readonly checkExit?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Program and arguments of another daemon. */
  readonly command?: readonly string[];
  /** Program and arguments that run the daemon's command line, in the same process. */
  readonly launcher?: readonly string[];
}

/**
 * Starts the daemon in the foreground and waits until it is ready, that is, has written its pid file (cli.md 7). When
 * the test ends the daemon is stopped, and the test fails if its exit code is not 0.
 *
 * Environment variable RTPPROXY_COMMAND replaces the built daemon: program and arguments with blanks between, absolute paths.
 */
export async function startDaemon(
  scope: TestScope,
  args: readonly string[],
  options: DaemonOptions = {},
): Promise<Daemon> {
  const directory = temporaryDirectory(scope);
  const pidFile = join(directory, 'pid');
  const { env = {}, checkExit = true, launcher = [], command: program = daemonCommand() } = options;
  const command = [...launcher, ...program, '-f', '-F', '-p', pidFile, '-d', options.logLevel ?? 'err', ...args];
  const child = await startProcess(scope, command, { cwd: directory, env });
  await until(() => child.exit() !== undefined || hasContent(pidFile), START_MS, `start of ${command.join(' ')}`);
  const early = child.exit();
  if (early !== undefined) {
    throw new Error(`${command.join(' ')}: ended at once, ${JSON.stringify(early)}\n${child.stderr()}`);
  }
  if (checkExit) {
    atEnd(scope, async () => {
      assert.deepEqual(await child.stop(), { code: 0, signal: null }, `the daemon's end\n${child.stderr()}`);
    });
  }
  return { pid: child.pid, directory, exited: child.exited, stderr: child.stderr, stop: child.stop };
}

function daemonCommand(): string[] {
  const words = process.env.RTPPROXY_COMMAND?.split(' ').filter(Boolean) ?? [];
  if (words.length > 0) return words;
  if (!existsSync(BUILT)) throw new Error(`${BUILT} is missing: npm run build`);
  return [process.execPath, BUILT];
}

function hasContent(path: string): boolean {
  try {
    return readFileSync(path, 'latin1').endsWith('\n');
  } catch {
    return false;
  }
}
