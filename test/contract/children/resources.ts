import { readdirSync, readFileSync } from 'node:fs';
import { until } from '../../helpers/deadline.ts';

const END_MS = 2000;

/** How many files and sockets this process has open. */
export function descriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

/** How many threads this process has. */
export function threads(): number {
  return readdirSync('/proc/self/task').length;
}

/** How many of them are relay workers. */
export function relayThreads(): number {
  return readdirSync('/proc/self/task').filter((id) => threadName(id).startsWith('rtp-relay-')).length;
}

/** Waits until there are none. The kernel lists a thread for a moment after it was joined. */
export function relayThreadsEnded(): Promise<void> {
  return until(() => relayThreads() === 0, END_MS, 'end of the relay threads');
}

function threadName(id: string): string {
  try {
    return readFileSync(`/proc/self/task/${id}/comm`, 'latin1');
  } catch {
    // It ended in the meantime.
    return '';
  }
}
