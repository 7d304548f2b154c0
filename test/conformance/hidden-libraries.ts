import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';

/** Libraries of the tools, as the linker knows them. */
const NAMES = ['libgsm.so.1', 'libbcg729.so.0', 'libsndfile.so.1'];

/**
 * Runs a program on a system that has none of the tools' libraries: where they are installed, in a mount namespace of its own,
 * in which an empty file lies over each. A text: why that cannot be done here.
 */
export function runWithoutLibraries(program: readonly string[]): { status: number | null; output: string } | string {
  const files = libraryFiles();
  if (typeof files === 'string') return files;
  const hide = files.map((file) => `mount --bind /dev/null '${file}'`).join(' && ') || 'true';
  const rights = process.getuid?.() === 0 ? [] : ['--map-root-user'];
  const unshare = ['unshare', ...rights, '-m', '--propagation', 'private', 'sh', '-c'];
  const [command = '', ...args] = files.length === 0 ? ['sh', '-c'] : unshare;
  const tried = spawnSync(command, [...args, hide], { encoding: 'utf8' });
  if (tried.status !== 0) return `no library can be hidden here: ${tried.stderr || tried.error?.message}`;
  const run = spawnSync(command, [...args, `${hide} && exec "$@"`, 'sh', ...program], {
    encoding: 'utf8',
    timeout: 280_000,
  });
  return { status: run.status, output: run.stdout + run.stderr };
}

/** Those that are installed. */
function libraryFiles(): readonly string[] | string {
  const listed = spawnSync('/sbin/ldconfig', ['-p'], { encoding: 'utf8' });
  if (listed.status !== 0) return 'ldconfig does not list the libraries of this system';
  const paths = [...listed.stdout.matchAll(/^\s*(\S+) \(.*\) => (\S+)$/gm)].flatMap(([, name = '', path = '']) =>
    NAMES.includes(name) ? [realpathSync(path)] : [],
  );
  return [...new Set(paths)];
}
