import { readdirSync, readFileSync } from 'node:fs';

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

function threadName(id: string): string {
  try {
    return readFileSync(`/proc/self/task/${id}/comm`, 'latin1');
  } catch {
    // It ended in the meantime.
    return '';
  }
}
