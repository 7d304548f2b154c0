import { readdirSync, readlinkSync } from 'node:fs';

/** What the process has open, sorted; without the numbers of sockets and pipes, so that two lists can be compared. */
export function openFiles(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder)
    .flatMap((fd) => {
      try {
        const target = readlinkSync(`${folder}/${fd}`).replace(/:\[\d+\]$/, '');
        // libuv keeps one descriptor in reserve; it is on the one until it was needed, and on the other after that.
        return [target === '/' ? '/dev/null' : target];
      } catch {
        // Closed in the meantime.
        return [];
      }
    })
    .sort();
}
