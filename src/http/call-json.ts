import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CallView } from '../calls/view.ts';

/** Calls that are made JSON in a turn of the event loop, less than 0.1 ms: commands do not wait for more. */
export const CALLS_A_TURN = 2;

/** Calls in a message to a stream: fewer would be more system calls for each client, more a longer turn. */
export const CALLS_A_MESSAGE = 8;

/** JSON of calls, without brackets around them, over several turns. */
export async function callsJson(calls: readonly CallView[]): Promise<string> {
  const parts: string[] = [];
  for (const [index, call] of calls.entries()) {
    if (index > 0 && index % CALLS_A_TURN === 0) await nextTurn();
    parts.push(JSON.stringify(call));
  }
  return parts.join(',');
}
