import { isIPv4, isIPv6, SocketAddress } from 'node:net';
import type { SignalledPeer } from './command.ts';
import { unsignedDecimalToInt32 } from './decimal.ts';
import type { Family } from './local-address.ts';

/** Finds the port of a UDP service name known to the system. */
export type ServicePort = (name: string) => number | undefined;

/** Lengths of a peer's address text that are looked at; others are ignored without an error (protocol.md 6.4). */
const ADDRESS_LENGTH = { 4: { min: 7, max: 15 }, 6: { min: 2, max: 45 } } as const;

const NO_PEER: SignalledPeer = { kind: 'none' };
const HOLD: SignalledPeer = { kind: 'hold' };

/** Reads the address and port of a peer; undefined: not a numeric address of that family, or no port (E37). */
export function parsePeer(
  host: string,
  port: string,
  family: Family,
  servicePort: ServicePort,
): SignalledPeer | undefined {
  const { min, max } = ADDRESS_LENGTH[family];
  if (host.length < min || host.length > max) return NO_PEER;
  const address = parseHost(host, family);
  if (address === undefined) return undefined;
  const number = parsePort(port, servicePort);
  if (number === undefined) return undefined;
  return isWildcard(address) ? HOLD : { kind: 'address', host: address, family, port: number };
}

/** True for the any-address of either family; `host` as `parseHost` returned it. */
export function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

/**
 * Reads a numeric address as the C library does with AI_NUMERICHOST, and returns it in its canonical form, so that equal
 * addresses are equal texts. An IPv6 address with a scope (`fe80::1%eth0`) is not accepted.
 */
export function parseHost(text: string, family: Family): string | undefined {
  if (family === 6) return parseIPv6(text);
  const address = parseIPv4(text);
  if (address !== undefined || !text.startsWith('::')) return address;
  const mapped = parseIPv6(text);
  return mapped?.startsWith('::ffff:') && mapped.includes('.') ? mapped.slice('::ffff:'.length) : undefined;
}

/**
 * Reads a port: decimal, wrapped modulo 65536 (`65541` is 5), or a service name. As in the C library a number whose low 32 bits
 * are negative is looked up as a name.
 */
export function parsePort(text: string, servicePort: ServicePort): number | undefined {
  // The C library takes `*` as any port, which is 0.
  if (text === '*') return 0;
  const value = unsignedDecimalToInt32(text);
  return value === undefined || value < 0 ? servicePort(text) : value & 0xffff;
}

function parseIPv6(text: string): string | undefined {
  if (text.includes('%') || !isIPv6(text)) return undefined;
  return new SocketAddress({ address: text, family: 'ipv6' }).address;
}

/** The forms of inet_aton: one to four parts, decimal, `0x` hexadecimal or `0` octal; the last part fills the rest. */
function parseIPv4(text: string): string | undefined {
  // The usual form is the canonical one.
  if (isIPv4(text)) return text;
  const parts = text.split('.', 5);
  if (parts.length > 4) return undefined;
  let value = 0;
  for (let index = 0; index < parts.length; index += 1) {
    const part = parseIPv4Part(parts[index] ?? '');
    const last = index === parts.length - 1;
    const size = last ? 256 ** (4 - index) : 256;
    if (part === undefined || part >= size) return undefined;
    value += last ? part : part * 256 ** (3 - index);
  }
  return `${value >>> 24}.${(value >>> 16) & 0xff}.${(value >>> 8) & 0xff}.${value & 0xff}`;
}

/** Number() reads `0x7f` and `12` as wanted, but not octal; the patterns keep out all else that it would read. */
function parseIPv4Part(part: string): number | undefined {
  if (/^0[0-7]*$/.test(part)) return Number.parseInt(part, 8);
  if (/^(?:[1-9][0-9]*|0[xX][0-9a-fA-F]+)$/.test(part)) return Number(part);
  return undefined;
}
