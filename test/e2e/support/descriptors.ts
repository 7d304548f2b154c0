import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** What the process has open, sorted; without the numbers of sockets and pipes, so that two lists can be compared. */
export function openFiles(pid: number): string[] {
  return (
    targets(pid)
      .map((target) => target.replace(/:\[\d+\]$/, ''))
      // libuv keeps one descriptor in reserve; it is on the one until it was needed, and on the other after that.
      .map((target) => (target === '/' ? '/dev/null' : target))
      .sort()
  );
}

/** The IPv4 UDP ports that the process has, sorted. */
export function udpPorts(pid: number): number[] {
  const open = new Set(targets(pid));
  return readFileSync(`/proc/${pid}/net/udp`, 'latin1')
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => open.has(`socket:[${columns[9]}]`))
    .map(([, local]) => Number.parseInt(local?.split(':')[1] ?? '', 16))
    .sort((one, other) => one - other);
}

/** What its descriptors are. */
function targets(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).flatMap((fd) => {
    try {
      return [readlinkSync(`${folder}/${fd}`)];
    } catch {
      // Closed in the meantime.
      return [];
    }
  });
}
