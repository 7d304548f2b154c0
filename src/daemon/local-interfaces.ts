import { BlockList, isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';

/** True when sockets of this host can be bound to a numeric address: any-address, loopback, or that of an interface. */
export function isLocalAddress(host: string, interfaces = networkInterfaces()): boolean {
  const local = new BlockList();
  local.addSubnet('127.0.0.0', 8, 'ipv4');
  local.addAddress('0.0.0.0', 'ipv4');
  local.addAddress('::', 'ipv6');
  for (const entries of Object.values(interfaces)) {
    for (const { address, family } of entries ?? []) local.addAddress(address, family === 'IPv6' ? 'ipv6' : 'ipv4');
  }
  return local.check(host, isIPv6(host) ? 'ipv6' : 'ipv4');
}
