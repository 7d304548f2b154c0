import { readFileSync } from 'node:fs';

/** Looks up UDP service names as commands may use them instead of port numbers (protocol.md 6.4). */
export function servicePorts(file = '/etc/services'): (name: string) => number | undefined {
  let ports: ReadonlyMap<string, number> | undefined;
  return (name) => {
    ports ??= readServices(file);
    return ports.get(name);
  };
}

/** Lines are `name port/protocol alias... # comment`. A system without the file knows no names. */
function readServices(file: string): ReadonlyMap<string, number> {
  const ports = new Map<string, number>();
  let text: string;
  try {
    text = readFileSync(file, 'latin1');
  } catch {
    return ports;
  }
  for (const line of text.split('\n')) {
    const [name, entry, ...aliases] = (line.split('#')[0] ?? '').trim().split(/\s+/);
    const match = /^(\d+)\/udp$/.exec(entry ?? '');
    if (name === undefined || match === null) continue;
    for (const known of [name, ...aliases]) if (!ports.has(known)) ports.set(known, Number(match[1]));
  }
  return ports;
}
