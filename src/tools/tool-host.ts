import type { Writable } from 'node:stream';
import { NativeAddonError } from '../addon/codecs.ts';
import { failureText, isSystemError } from '../log/strerror.ts';

/** What a tool needs of the process that it runs in. */
export interface ToolHost {
  readonly stdout: Writable;
  out(text: string): void;
  err(text: string): void;
  /** Goes on with the lowest priority. */
  beIdle(): void;
  /** Shows how far the work is, on a terminal: part of 1, and what of. Undefined: there is none. */
  readonly progress: ((part: number, what: string) => void) | undefined;
  /** Tells the person at the terminal something that is no error. Undefined: nobody is there. */
  readonly hint: ((text: string) => void) | undefined;
}

/** Ends a tool with an exit code; the text, if any, goes to standard error as it stands. */
export class ToolExit extends Error {
  readonly code: number;

  constructor(code: number, text = '') {
    super(text);
    this.code = code;
  }
}

/** This installation lacks something: a library, or an addon that can be loaded. */
export const EXIT_INSTALLATION = 2;

/** The system has failed where a tool has nothing else to do: a disk that cannot be read, or one that is full. */
export const EXIT_SYSTEM = 2;

/** Ends a tool after an error that it knows: tells it, and returns the exit code. */
export function exitCode(error: unknown, tool: string, host: ToolHost): number {
  if (error instanceof ToolExit) {
    host.err(error.message);
    return error.code;
  }
  if (isSystemError(error)) {
    host.err(`${tool}: ${failureText(error)}\n`);
    return EXIT_SYSTEM;
  }
  if (!(error instanceof NativeAddonError)) throw error;
  host.err(`${tool}: ${error.message}\n`);
  return EXIT_INSTALLATION;
}
