import { readdirSync, readlinkSync } from 'node:fs';

/** What the process has open, sorted; without the numbers of sockets and pipes, so that two lists can be compared. */
export function openFiles(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder)
    .flatMap((fd) => {
      try {
        return [readlinkSync(`${folder}/${fd}`).replace(/:\[\d+\]$/, '')];
      } catch {
        // Closed in the meantime.
        return [];
      }
    })
    .sort();
}
