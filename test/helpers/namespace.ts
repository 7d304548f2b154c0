import { spawn, spawnSync } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** Root may make namespaces; others may where the kernel gives user namespaces to everybody. */
const UNSHARE = ['unshare', process.getuid?.() === 0 ? '-nm' : '-rnm', '--'];

/** Whether this machine lets the tests make namespaces. */
export function canUnshare(): boolean {
  const [program = '', ...args] = UNSHARE;
  return spawnSync(program, [...args, 'ip', 'link', 'set', 'lo', 'up']).status === 0;
}

/**
 * Runs a TypeScript program in a network and a mount namespace of its own, where the loopback interface is up, after shell
 * commands that change them. Rejects with what it wrote to stderr if its exit code is not 0.
 */
export async function runInNamespace(
  commands: readonly string[],
  script: string,
  args: readonly string[],
): Promise<void> {
  const shell = ['ip link set lo up', ...commands, 'exec "$@"'].join('\n');
  const program = ['sh', '-ec', shell, 'sh', process.execPath, '--import', 'tsx', script, ...args];
  const [unshare = '', ...options] = UNSHARE;
  const child = spawn(unshare, [...options, ...program], { stdio: ['ignore', 'inherit', 'pipe'] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [messages, code] = await Promise.all([text(child.stderr), ended]);
  if (code !== 0) throw new Error(`${script} failed:\n${messages}`);
}
