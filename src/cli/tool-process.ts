import { setPriority } from 'node:os';
import { systemErrorText } from '../log/strerror.ts';
import { EXIT_SYSTEM, type ToolHost } from '../tools/tool-host.ts';
import { progressLine } from './progress-line.ts';
import { writeStandardError } from './standard-error.ts';

const LOWEST_PRIORITY = 19;
/** Of a terminal that does not say how wide it is. */
const COLUMNS = 80;

/** The process that a tool runs in. Standard error is written at once, so that it keeps its order with the work. */
export function processHost(tool: string): ToolHost {
  const { stdout, stderr } = process;
  const progress = stderr.isTTY ? progressLine(writeStandardError, () => stderr.columns || COLUMNS) : undefined;
  const err = (text: string): void => {
    progress?.clear();
    writeStandardError(text);
  };
  // Each write hears of its own error; nobody but this hears of the same one here.
  stdout.on('error', () => {});
  let isLost = false;
  const written = (error: (Error & { readonly code?: string }) | null | undefined): void => {
    // A reader that has gone has read what it wanted.
    if (!error || isLost || error.code === 'EPIPE') return;
    isLost = true;
    err(`${tool}: standard output: ${systemErrorText(error)}\n`);
    process.once('exit', (code) => {
      process.exitCode = code || EXIT_SYSTEM;
    });
  };
  return {
    stdout,
    out: (text) => {
      progress?.clear();
      if (!isLost) stdout.write(text, written);
    },
    err,
    beIdle: () => setPriority(LOWEST_PRIORITY),
    progress: progress?.show,
    hint: stderr.isTTY ? writeStandardError : undefined,
  };
}
