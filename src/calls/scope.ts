import { isIP } from 'node:net';

/** Networks whose addresses mean something else in every place that has them, by what their numeric addresses begin with. */
const SCOPES: Readonly<Record<string, RegExp>> = {
  loopback: /^127\.|^::1$/,
  'link-local': /^169\.254\.|^fe[89ab]/i,
  '10.0.0.0/8': /^10\./,
  '172.16.0.0/12': /^172\.(?:1[6-9]|2\d|3[01])\./,
  '192.168.0.0/16': /^192\.168\./,
  '100.64.0.0/10': /^100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./,
  'fc00::/7': /^f[cd]/i,
};

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
  return Object.keys(SCOPES).find((scope) => SCOPES[scope]?.test(host));
}
