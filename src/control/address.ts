import { lookup } from 'node:dns/promises';
import { isIP, isIPv4 } from 'node:net';
import { type HostSpec, unknownHost } from './spec.ts';

/** The IP address to bind to. Rejects with ControlSpecError when the name is unknown. */
export async function resolveHost(spec: HostSpec): Promise<string> {
  if (isIP(spec.host) !== 0) return spec.host;
  try {
    return (await lookup(spec.host, { family: spec.family })).address;
  } catch {
    throw unknownHost(spec.host, spec.port);
  }
}

/** Shows the IPv4 client of a dual-stack socket (`::ffff:192.0.2.1`) by its IPv4 address. */
export function unmapped(address: string): string {
  const tail = address.startsWith('::ffff:') ? address.slice(7) : '';
  return isIPv4(tail) ? tail : address;
}

/** Whether a bound address says nothing about the address that clients reach. */
export function isAnyAddress(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}
