import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { atEnd, type TestScope } from '../../helpers/cleanup.ts';
import { within } from '../../helpers/deadline.ts';

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
 * A network namespace without a name that lives as long as a process of its own. That process ends when the test does,
 * however that comes about, and the kernel then removes the namespace with all that was set up in it.
 */
export class NetworkNamespace {
  /** Of the process in it. */
  readonly pid: number;

  private constructor(pid: number) {
    this.pid = pid;
  }

  /** Makes an empty namespace for the length of the test. */
  static async open(scope: TestScope): Promise<NetworkNamespace> {
    const child = spawn('unshare', ['-n', 'cat'], { stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdin.write('\n');
    // Its echo: the namespace is there.
    return NetworkNamespace.#kept(scope, child, once(child.stdout, 'data'), () => child.stdin.end());
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
    const namespace = await NetworkNamespace.#kept(scope, child, once(child, 'message'), () => {
      if (child.connected) child.disconnect();
    });
    return { namespace, child };
  }

  static async #kept(scope: TestScope, child: ChildProcess, ready: Promise<unknown>, end: () => void) {
    const ended = once(child, 'exit');
    atEnd(scope, async () => {
      end();
      await within(ended, START_MS, 'end of a namespace');
    });
    const early = ended.then(([code]) => {
      throw new Error(`the process in a namespace ended at once: ${code}`);
    });
    await within(Promise.race([ready, early]), START_MS, 'start of a namespace');
    if (child.pid === undefined) throw new Error('no process id');
    return new NetworkNamespace(child.pid);
  }

  /** Program and arguments to put before a command that is to run in this namespace. */
  get launcher(): string[] {
    return ['nsenter', '-t', String(this.pid), '-n'];
  }

  /** Runs shell commands in it; rejects with what they wrote to stderr if one of them fails. */
  async run(commands: readonly string[]): Promise<void> {
    const [program = '', ...args] = this.launcher;
    const child = spawn(program, [...args, 'sh', '-e'], { stdio: ['pipe', 'ignore', 'pipe'] });
    child.stdin.end(`${commands.join('\n')}\n`);
    const [messages, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
    if (code !== 0) throw new Error(`${commands.join('\n')}\nexit code ${code}: ${messages}`);
  }
}
