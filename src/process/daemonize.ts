import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import type { Activation } from '../control/activated.ts';
import { strerror } from '../log/strerror.ts';

// Node cannot fork: the process that the operator started checks the configuration, starts the same command line again
// in a session of its own, and waits until that child is ready (cli.md 7 and 13).

/** Names the descriptor on which the child reports that it is ready. */
const MARKER = 'RTPPROXY_READY_FD';
/** First descriptor that systemd passes (sd_listen_fds(3)). */
export const FIRST_ACTIVATED = 3;

const MAX_FDS = 1024;
const STDERR = 2;
const INTERRUPTIONS = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'] as const;

/** True in the child that `startInBackground` made, until it is ready. */
export function isBackgroundChild(): boolean {
  return process.env[MARKER] !== undefined;
}

/**
 * How many descriptors systemd has passed to the process `pid`; 0 also when they are meant for another one.
 */
export function activatedDescriptors(env: Readonly<Record<string, string | undefined>>, pid: number): number {
  const { LISTEN_PID: owner, LISTEN_FDS: count = '' } = env;
  if (owner !== String(pid) || !/^\d+$/.test(count)) return 0;
  return Math.min(MAX_FDS, Number(count));
}

/** The sockets of the service manager, which a background process has from its parent. Asked once, before they are opened. */
export function takeActivation(env: NodeJS.ProcessEnv = process.env): Activation {
  const count = activatedDescriptors(env, isBackgroundChild() ? process.ppid : process.pid);
  delete env.LISTEN_PID;
  delete env.LISTEN_FDS;
  return { fd: FIRST_ACTIVATED, count };
}

/**
 * To be called when the control sockets are open: relative paths of sockets belong to the directory that the operator
 * started the daemon in, later ones to `/` (cli.md 7). Does nothing in the foreground.
 */
export function enterBackground(config: Config): void {
  if (isBackgroundChild() && !config.foreground && config.chdir) process.chdir('/');
}

/**
 * Ends the start: the waiting parent exits with 0. From here on stderr is /dev/null, so that a terminal or a pipe that
 * the daemon was started from can close, unless both are to be kept. Does nothing in the foreground.
 * @throws ConfigError when the parent was killed while it waited
 */
export function reportReady(config: Config): void {
  if (!isBackgroundChild() || config.foreground) return;
  const readyFd = Number(process.env[MARKER]);
  delete process.env[MARKER];
  if (!config.keepOutput) {
    closeSync(STDERR);
    // The lowest free descriptor is the one just closed.
    const fd = openSync('/dev/null', 'r+');
    if (fd !== STDERR) throw new Error(`stderr became descriptor ${fd}`);
  }
  try {
    writeSync(readyFd, 'ready');
  } catch {
    // Whoever started it takes it for not started: a daemon that nobody knows of must not stay.
    throw new ConfigError('the start was given up');
  } finally {
    closeSync(readyFd);
  }
}

/**
 * Runs this command line again as a background process, with stderr in common until it is ready.
 *
 * @returns the exit code for this process: 0 when the child is ready, 1 when it has died
 * @throws ConfigError when no child could be started
 */
export async function startInBackground({ keepOutput }: Pick<Config, 'keepOutput'>): Promise<number> {
  // Where Node knows it, this keeps SIGUSR1 from ever opening a debugger port.
  const guard = process.allowedNodeEnvironmentFlags.has('--disable-sigusr1') ? ['--disable-sigusr1'] : [];
  const activated = Array.from(
    { length: activatedDescriptors(process.env, process.pid) },
    (_, index) => FIRST_ACTIVATED + index,
  );
  const readyFd = FIRST_ACTIVATED + activated.length;
  const child = spawn(process.execPath, [...guard, ...process.execArgv, ...process.argv.slice(1)], {
    detached: true,
    stdio: ['ignore', keepOutput ? 'inherit' : 'ignore', 'inherit', ...activated, 'pipe'],
    env: { ...process.env, [MARKER]: String(readyFd) },
  });
  const ready: unknown = child.stdio[readyFd];
  if (!(ready instanceof Socket)) throw new Error('no pipe to the background process');
  const interruption = forwardSignals(child);
  try {
    const exited = once(child, 'exit');
    const died = exited.then(([, signal]) => {
      if (signal !== null && interruption.signal === undefined) {
        throw new ConfigError(`the background process was killed by ${signal} before it was ready`);
      }
      return 1;
    });
    const code = await Promise.race([once(ready, 'data').then(() => 0), died]);
    if (interruption.signal === undefined) {
      interruption.ignore();
      return code;
    }
    await exited;
    interruption.end();
    process.kill(process.pid, interruption.signal);
    return code;
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(`can't start the background process: ${strerror(error)}`);
  } finally {
    ready.destroy();
    child.unref();
  }
}

/** What came while the parent waited. */
interface Interruption {
  signal: NodeJS.Signals | undefined;
  /** Signals have no effect any more: the exit code is certain. */
  ignore(): void;
  /** Signals have their default effect again. */
  end(): void;
}

/** Whoever interrupts the waiting parent means the start: the child is told to end. */
function forwardSignals(child: ChildProcess): Interruption {
  let ignored = false;
  const state: Interruption = {
    signal: undefined,
    ignore: () => {
      ignored = true;
    },
    end: () => {
      for (const signal of INTERRUPTIONS) process.off(signal, forward);
    },
  };
  const forward = (signal: NodeJS.Signals): void => {
    if (ignored) return;
    state.signal ??= signal;
    child.kill('SIGTERM');
  };
  for (const signal of INTERRUPTIONS) process.on(signal, forward);
  return state;
}
