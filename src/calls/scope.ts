import { BlockList, isIP } from 'node:net';

/** Networks whose addresses mean something else in every place that has them; the name of one is its scope. */
const SCOPES: readonly (readonly [string, BlockList])[] = [
  ['loopback', blocks('127.0.0.0/8', '::1/128')],
  ['link-local', blocks('169.254.0.0/16', 'fe80::/10')],
  ['10.0.0.0/8', blocks('10.0.0.0/8')],
  ['172.16.0.0/12', blocks('172.16.0.0/12')],
  ['192.168.0.0/16', blocks('192.168.0.0/16')],
  ['100.64.0.0/10', blocks('100.64.0.0/10')],
  ['fc00::/7', blocks('fc00::/7')],
];

function blocks(...networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    list.addSubnet(address, Number(prefix), family(address));
  }
  return list;
}

function family(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

/** The host of `192.0.2.1:4000` or `[2001:db8::1]:4000`, without brackets. */
export function hostOf(address: string): string {
  const end = address.lastIndexOf(':');
  return (end < 0 ? address : address.slice(0, end)).replace(/^\[(.*)\]$/, '$1');
}

/** The port of such an address, NaN when it has none. */
export function portOf(address: string): number {
  return Number(address.slice(address.lastIndexOf(':') + 1));
}

export function isAnyAddress(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

/** True for a numeric address that everybody means the same by. A name may be one. */
export function isPublic(host: string): boolean {
  return !isAnyAddress(host) && scopeOf(host) === undefined;
}

/**
 * True when `host` is an address of a private network (RFC 1918, 4193, 6598, link-local, loopback) that `from` is not in: no
 * packet comes there from `from` without translation. The rule is that of the latch (`native/latch/reach.h`).
 */
export function outOfReach(host: string, from: string): boolean {
  const scope = scopeOf(host);
  return scope !== undefined && scope !== scopeOf(from);
}

function scopeOf(host: string): string | undefined {
  if (isIP(host) === 0) return undefined;
  return SCOPES.find(([, list]) => list.check(host, family(host)))?.[0];
}
