import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { atEnd, type TestScope } from '../../helpers/cleanup.ts';
import { compileProgram } from '../../helpers/compile.ts';

const STOPPER = fileURLToPath(new URL('stop-thread.cc', import.meta.url));
const NOT_ALLOWED = 77;
/** Why a test is skipped where a thread cannot be stopped. */
export const REFUSED = 'the kernel does not allow to stop a thread';

/** A disk that does not answer for a while. */
export interface StoppedDisk {
  /** Resolves when it answers again. */
  readonly over: Promise<void>;
  /** Has it answer before its time. */
  release(): Promise<void>;
}

/**
 * Stops the daemon's thread that writes recordings, for so long; resolves when it has stopped. Undefined: the kernel does
 * not allow that. `prepareToStop` before saves the time to compile.
 */
export async function stopDisk(scope: TestScope, pid: number, ms: number): Promise<StoppedDisk | undefined> {
  const program = await prepareToStop();
  const child = spawn(program, [threadOf(pid, 'rtp-record'), String(ms)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const release = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  atEnd(scope, release);
  const early = await Promise.race([once(child.stdout, 'data').then(() => undefined), ended]);
  if (early === NOT_ALLOWED) return undefined;
  return { over: ended.then(() => undefined), release };
}

export function prepareToStop(): Promise<string> {
  return compileProgram([STOPPER]);
}

/** The daemon's thread of that name. */
function threadOf(pid: number, name: string): string {
  const threads = readdirSync(`/proc/${pid}/task`);
  const thread = threads.find((id) => readFileSync(`/proc/${pid}/task/${id}/comm`, 'utf8') === `${name}\n`);
  return thread ?? assert.fail(`the daemon has no thread ${name}`);
}

/**
 * Stops the disk of a recorder at that second of a load, for so many milliseconds, in which nothing may be written. False: the
 * kernel does not allow it, and the test is skipped.
 */
export async function stopDiskDuring(
  t: TestContext,
  load: { readonly startMs: number },
  recorder: { readonly pid: number; readonly directory: string },
  second: number,
  ms: number,
): Promise<boolean> {
  await delay(load.startMs + second * 1000 - Number(process.hrtime.bigint()) / 1e6);
  const disk = await stopDisk(t, recorder.pid, ms);
  if (disk === undefined) {
    t.skip(REFUSED);
    return false;
  }
  const { directory } = recorder;
  const size = (): number =>
    readdirSync(directory).reduce((sum, name) => sum + statSync(join(directory, name)).size, 0);
  const before = size();
  await delay(ms / 2);
  assert.equal(size(), before, 'nothing is written meanwhile');
  await disk.over;
  return true;
}
