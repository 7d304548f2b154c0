import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

// Below the ports that the kernel gives out (32768-60999) and those of the daemon's media (35000-65000): daemons of
// scenarios that run at the same time would take a port of theirs between this look and its use.
const LOWEST = 20000;
const END = 30000;
const ATTEMPTS = 200;

let next = LOWEST + 2 * randomInt((END - LOWEST) / 2);

/** The first (an even one) of that many consecutive ports that nobody uses for UDP or TCP. None is given out twice. */
export async function freePorts(count: number): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (next + count > END) next = LOWEST;
    const first = next;
    next += count + (count % 2);
    const ports = Array.from({ length: count }, (_, index) => first + index);
    const free = await Promise.all(ports.map(isFree));
    if (!free.includes(false)) return first;
  }
  throw new Error(`no ${count} free ports from ${LOWEST} to ${END - 1}`);
}

/** `::` without the IPv6-only option collides with every address, IPv4 ones included. */
async function isFree(port: number): Promise<boolean> {
  const udp = createSocket('udp6');
  const tcp = createServer();
  try {
    udp.bind(port, '::');
    await once(udp, 'listening');
    tcp.listen(port, '::');
    await once(tcp, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    await Promise.all([udp, tcp].map((socket) => new Promise<void>((resolve) => socket.close(() => resolve()))));
  }
}
