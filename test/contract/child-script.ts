import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const DEADLINE_MS = 60_000;

/** How a process ended, and what it wrote. */
export interface Ending {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A script that found nothing wrong. */
export const CLEAN: Ending = { code: 0, signal: null, stdout: '', stderr: '' };

/** Runs `children/SCRIPT.ts` in a process of its own, with `flags` of Node; one that does not end is killed. */
export async function runChild(
  script: string,
  args: readonly string[] = [],
  flags: readonly string[] = [],
): Promise<Ending> {
  const file = fileURLToPath(new URL(`children/${script}.ts`, import.meta.url));
  const child = spawn(process.execPath, [...flags, '--import', 'tsx', file, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: DEADLINE_MS,
    killSignal: 'SIGKILL',
    // glibc overwrites what is freed, so that its use afterwards does not go unnoticed.
    env: { ...process.env, MALLOC_PERTURB_: '165' },
  });
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve, reject) => {
    child.once('error', reject).once('close', (code, signal) => resolve({ code, signal }));
  });
  const [stdout, stderr, end] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { ...end, stdout, stderr };
}
