import { BlockList, isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';

/**
 * False when sockets of this host cannot be bound to a numeric address: it is neither the any-address nor loopback nor that
 * of an interface. True also when the interfaces cannot be listed, for want of a descriptor say.
 */
export function isLocalAddress(host: string, interfaces = listInterfaces()): boolean {
  if (interfaces === undefined) return true;
  const local = new BlockList();
  local.addSubnet('127.0.0.0', 8, 'ipv4');
  local.addAddress('0.0.0.0', 'ipv4');
  local.addAddress('::', 'ipv6');
  for (const entries of Object.values(interfaces)) {
    for (const { address, family } of entries ?? []) local.addAddress(address, family === 'IPv6' ? 'ipv6' : 'ipv4');
  }
  return local.check(host, isIPv6(host) ? 'ipv6' : 'ipv4');
}

function listInterfaces(): ReturnType<typeof networkInterfaces> | undefined {
  try {
    return networkInterfaces();
  } catch {
    return undefined;
  }
}
