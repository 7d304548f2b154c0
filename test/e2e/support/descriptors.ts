import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Of the table of sockets (see `udp-port.ts`). */
const READINGS = 3;

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

/** The IPv4 UDP ports that the process has, one for each socket, sorted. */
export function udpPorts(pid: number): number[] {
  const open = new Set(targets(pid));
  const ports = new Map<string, number>();
  for (let reading = 0; reading < READINGS; reading++) {
    for (const line of readFileSync(`/proc/${pid}/net/udp`, 'latin1').split('\n').slice(1)) {
      const columns = line.trim().split(/\s+/);
      const [, local = ''] = columns;
      const socket = `socket:[${columns[9]}]`;
      if (open.has(socket)) ports.set(socket, Number.parseInt(local.split(':')[1] ?? '', 16));
    }
  }
  return [...ports.values()].sort((one, other) => one - other);
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
