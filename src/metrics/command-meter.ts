import { performance } from 'node:perf_hooks';
import { findVerb, VERBS, type Verb } from '../protocol/verbs.ts';
import { Distribution } from './distribution.ts';

/** What a command was, by its letters. */
export type CommandName = Verb | 'unknown';
export const COMMAND_NAMES: readonly CommandName[] = [...VERBS.map(({ verb }) => verb), 'unknown'];

export type CommandResult = 'ok' | 'error';
export const COMMAND_RESULTS: readonly CommandResult[] = ['ok', 'error'];

/** Seconds. */
const BOUNDS = [50e-6, 100e-6, 250e-6, 500e-6, 1e-3, 2.5e-3, 5e-3, 10e-3, 25e-3, 100e-3, 1];
const ERROR = /^E[0-9]/;
const BLANK = 0x20;

/** Counts commands and measures how long they take, those that wait for a file included. */
export class CommandMeter {
  /** From the command to its reply, in seconds. */
  readonly duration = new Distribution(BOUNDS);
  readonly #counts = new Map(COMMAND_NAMES.map((name) => [name, { ok: 0, error: 0 }]));

  count(name: CommandName, result: CommandResult): number {
    return this.#counts.get(name)?.[result] ?? 0;
  }

  /** Runs a command, and counts it when it has its reply, which is handed back. */
  measure(command: Uint8Array, run: () => string | Promise<string>): string | Promise<string> {
    const start = performance.now();
    const name = nameOf(command);
    const reply = run();
    if (typeof reply === 'string') return this.#counted(name, start, reply);
    return reply.then((late) => this.#counted(name, start, late));
  }

  #counted(name: CommandName, start: number, reply: string): string {
    this.duration.add((performance.now() - start) / 1000);
    const counts = this.#counts.get(name);
    // Without such a session L answers 0, which is no port.
    const failed = ERROR.test(reply) || (name === 'lookup' && reply === '0\n');
    if (counts !== undefined) counts[failed ? 'error' : 'ok']++;
    return reply;
  }
}

/** Blanks may be in front of it, as between the cookie of a datagram and the command. */
function nameOf(command: Uint8Array): CommandName {
  let start = 0;
  while (start < command.length && (command[start] ?? 0) <= BLANK) start++;
  return findVerb(String.fromCharCode(command[start] ?? 0, command[start + 1] ?? 0))?.verb ?? 'unknown';
}
