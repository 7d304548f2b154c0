import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';

/** The kernel gives the table bit by bit: while other sockets of the machine come and go, one reading may leave out lines. */
const READINGS = 3;

/** A UDP port of this address that nobody uses at the moment, chosen by the kernel. */
export async function freeUdpPort(host: string): Promise<number> {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  try {
    socket.bind(0, host);
    await once(socket, 'listening');
    return socket.address().port;
  } finally {
    socket.close();
  }
}

/** Whether a process has bound this port of this IPv4 address; nothing is sent to find out. */
export function isUdpPortBound(host: string, port: number): boolean {
  return socketRow(host, port) !== undefined;
}

/** Bytes that wait to be read from a bound port of this IPv4 address. */
export function udpBacklog(host: string, port: number): number {
  const [, waiting = ''] = socketRow(host, port)?.[4]?.split(':') ?? [];
  return Number.parseInt(waiting, 16);
}

/** Columns of the kernel's table of sockets. */
function socketRow(host: string, port: number): string[] | undefined {
  // The kernel prints the address as one number of the machine's byte order.
  const address = new Uint32Array(Uint8Array.from(host.split('.').map(Number)).buffer)[0] ?? 0;
  const local = `${hexadecimal(address, 8)}:${hexadecimal(port, 4)}`;
  for (let reading = 0; reading < READINGS; reading++) {
    const rows = readFileSync('/proc/net/udp', 'latin1').split('\n');
    const found = rows.map((line) => line.trim().split(/\s+/)).find((columns) => columns[1] === local);
    if (found !== undefined) return found;
  }
  return undefined;
}

function hexadecimal(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, '0');
}
