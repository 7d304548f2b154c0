import { closeSync } from 'node:fs';
import { constants } from 'node:os';
import { openPipe, programEnd, startProgram } from '../addon/host.ts';
import { isSystemError } from '../log/strerror.ts';
import { OutputLines } from './output-lines.ts';

/** How a program has ended. */
export type ProgramEnd =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'killed'; readonly signal: string };

/** What is started: its path, arguments and environment, byte for byte; what it writes comes by lines. */
export interface ProgramStart {
  readonly args: readonly Uint8Array[];
  readonly environment: readonly Uint8Array[];
  output(line: string): void;
  errors(line: string): void;
}

/** A program that was started, with the processes of its group. */
export interface RunningProgram {
  /** Resolves when it has ended and its output was read. */
  readonly ended: Promise<ProgramEnd>;
  /**
   * Nothing happens when it has ended. Never throws: what it returns is why the system has refused it, as it does where all of
   * them run as another user.
   */
  kill(signal: 'SIGTERM' | 'SIGKILL'): Error | undefined;
}

/** Who is told that a program has ended, by its process id. */
const running = new Map<number, (end: number) => void>();

/**
 * Starts a program (`native/addon/program.h`): the main thread waits neither for it nor for the disk that it is on. Rejects with
 * EngineError.
 */
export async function runProgram({ args, environment, output, errors }: ProgramStart): Promise<RunningProgram> {
  const out = openPipe();
  let err: ReturnType<typeof openPipe>;
  try {
    err = openPipe();
  } catch (error) {
    for (const fd of out) closeSync(fd);
    throw error;
  }
  let pid: number;
  try {
    pid = await startProgram(out[1], err[1], args, environment);
  } catch (error) {
    closeSync(out[0]);
    closeSync(err[0]);
    throw error;
  } finally {
    closeSync(out[1]);
    closeSync(err[1]);
  }
  const streams = [new OutputLines(out[0], output), new OutputLines(err[0], errors)];
  const gone = watchEnd(pid);
  return {
    ended: gone.then(async (end) => {
      await Promise.all(streams.map((stream) => stream.finish()));
      return end < 0 ? { kind: 'killed', signal: signalText(-end) } : { kind: 'exited', code: end };
    }),
    // Its group has its number for as long as nobody has asked for its end.
    kill: (signal) => (running.has(pid) ? killGroup(pid, signal) : undefined),
  };
}

function killGroup(leader: number, signal: NodeJS.Signals): Error | undefined {
  try {
    process.kill(-leader, signal);
    return undefined;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return error.errno === -constants.errno.ESRCH ? undefined : error;
  }
}

function watchEnd(pid: number): Promise<number> {
  const gone = new Promise<number>((resolve) => running.set(pid, resolve));
  process.on('SIGCHLD', lookForEnds);
  // It may have ended before its number was known.
  lookForEnds();
  return gone;
}

function lookForEnds(): void {
  for (const [pid, tell] of running) {
    const end = programEnd(pid);
    if (end === undefined) continue;
    running.delete(pid);
    process.off('SIGCHLD', lookForEnds);
    tell(end);
  }
}

function signalText(number: number): string {
  const name = Object.entries(constants.signals).find(([, known]) => known === number)?.[0];
  return name === undefined ? String(number) : `${name} (${number})`;
}
