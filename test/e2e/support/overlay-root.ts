import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { atEnd, type TestScope, temporaryDirectory } from '../../helpers/cleanup.ts';
import { execute, type Outcome } from './installation.ts';

const PLACES = ['/etc', '/opt', '/run', '/srv', '/usr', '/var'];
const RECORDS = /^\/var\/(?:log|cache|lib\/dpkg)\/|^\/etc\/[a-z]+-$|^\/run\/adduser$/;

/**
 * A root folder that is like the machine's own, or like the Debian in RTPPROXY_DEBIAN_ROOT, and keeps every change to itself: an
 * overlay in a mount namespace. Nothing of it is left when the namespace's only process ends.
 */
export interface OverlayRoot {
  /** Where it is seen from outside. */
  readonly path: string;
  /** Runs a program in it, as root. */
  run(...command: readonly string[]): Promise<Outcome>;
  /** All files and folders in it that a package may have put there, but for the system's own records and caches. */
  contents(): Promise<Set<string>>;
}

/** Makes such a root; it ends with the scope. Needs root. */
export async function overlayRoot(scope: TestScope): Promise<OverlayRoot> {
  const base = temporaryDirectory(scope);
  const lower = process.env.RTPPROXY_DEBIAN_ROOT ?? '/';
  for (const folder of ['store', 'root']) mkdirSync(path.join(base, folder));
  // The upper layer is on a tmpfs, as an overlay cannot be one of another overlay.
  const script = [
    'mount -t tmpfs tmpfs "$1/store"',
    'mkdir "$1/store/upper" "$1/store/work"',
    'mount -t overlay overlay -o "lowerdir=$2,upperdir=$1/store/upper,workdir=$1/store/work" "$1/root"',
    'mount -t proc proc "$1/root/proc"',
    'mount --rbind /dev "$1/root/dev"',
    'mount -t tmpfs tmpfs "$1/root/run"',
    'mount -t tmpfs -o mode=1777 tmpfs "$1/root/tmp"',
    'echo ready; exec cat',
  ].join('\n');
  const child = spawn('unshare', ['-m', '--propagation', 'private', 'sh', '-ec', script, 'sh', base, lower], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  atEnd(scope, async () => {
    child.stdin.end();
    if (child.exitCode === null) await once(child, 'exit');
  });
  const [first] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  if (!String(first).startsWith('ready')) throw new Error('no overlay root could be made');
  const run = (...command: readonly string[]) =>
    execute(['nsenter', '-t', String(child.pid), '-m', 'chroot', path.join(base, 'root'), ...command], '/');
  return {
    path: path.join('/proc', String(child.pid), 'root', base, 'root'),
    run,
    contents: async () => {
      const { code, output } = await run('find', ...PLACES, '-xdev');
      if (code !== 0) throw new Error(`find failed: ${output}`);
      return new Set(output.split('\n').filter((file) => !RECORDS.test(file)));
    },
  };
}
