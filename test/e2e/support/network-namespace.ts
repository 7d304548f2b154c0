import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { atEnd, type TestScope } from '../../helpers/cleanup.ts';
import { within } from '../../helpers/deadline.ts';
import { Shell } from './shell.ts';

const START_MS = 10_000;
const PROGRAMS = ['ip', 'nft', 'conntrack', 'nsenter', 'unshare'];

/** Why this process cannot build networks out of namespaces; undefined if it can. */
export function whyNoNetworks(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root can build networks out of namespaces';
  const made = spawnSync('unshare', ['-n', 'ip', 'link', 'set', 'lo', 'up'], { encoding: 'utf8' });
  if (made.status !== 0) return `no network namespace (CAP_SYS_ADMIN, CAP_NET_ADMIN): ${made.error ?? made.stderr}`;
  const missing = PROGRAMS.filter((name) => spawnSync(name, ['-V']).error !== undefined);
  if (missing.length > 0) return `missing (Debian: iproute2 nftables conntrack util-linux): ${missing.join(', ')}`;
  return undefined;
}

/**
 * A network namespace without a name that lives as long as the processes in it. They end when the test does, however that
 * comes about, and the kernel then removes the namespace with all that was set up in it.
 */
export class NetworkNamespace {
  /** Of a process in it. */
  readonly pid: number;
  readonly #shell: Shell;

  private constructor(pid: number, shell: Shell) {
    this.pid = pid;
    this.#shell = shell;
  }

  /** Makes an empty namespace for the length of the test. */
  static async open(scope: TestScope): Promise<NetworkNamespace> {
    const shell = await startShell(scope, ['unshare', '-n']);
    return new NetworkNamespace(pidOf(shell.child), shell);
  }

  /**
   * Runs a module in a new namespace. `child` has a channel to it, and its message `ready` is waited for. It has to end
   * when the channel closes.
   */
  static async ofModule(
    scope: TestScope,
    module: string,
  ): Promise<{ namespace: NetworkNamespace; child: ChildProcess }> {
    const command = ['-n', process.execPath, '--import', 'tsx', module];
    const child = spawn('unshare', command, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    await kept(scope, child, once(child, 'message'), () => {
      if (child.connected) child.disconnect();
    });
    const pid = pidOf(child);
    return { namespace: new NetworkNamespace(pid, await startShell(scope, launcherInto(pid))), child };
  }

  /** Program and arguments to put before a command that is to run in this namespace. */
  get launcher(): string[] {
    return launcherInto(this.pid);
  }

  /** Runs shell commands in it; rejects with what they wrote to stderr if one of them fails. */
  run(commands: readonly string[]): Promise<void> {
    return this.#shell.run(commands);
  }
}

function launcherInto(pid: number): string[] {
  return ['nsenter', '-t', String(pid), '-n'];
}

async function startShell(scope: TestScope, launcher: readonly string[]): Promise<Shell> {
  const shell = new Shell(launcher);
  // Its answer: the namespace is there.
  await kept(scope, shell.child, shell.run([':']), () => shell.end());
  return shell;
}

/** Waits until the process is ready; at the end of the test until it has been told to end and has ended. */
async function kept(scope: TestScope, child: ChildProcess, ready: Promise<unknown>, end: () => void): Promise<void> {
  const ended = once(child, 'exit');
  atEnd(scope, async () => {
    end();
    await within(ended, START_MS, 'end of a namespace');
  });
  const early = ended.then(([code]) => {
    throw new Error(`the process in a namespace ended at once: ${code}`);
  });
  await within(Promise.race([ready, early]), START_MS, 'start of a namespace');
}

function pidOf({ pid }: ChildProcess): number {
  if (pid === undefined) throw new Error('no process id');
  return pid;
}
