import { isIP } from 'node:net';
import type { AddressBlock } from '../addon/access.ts';
import { ConfigError } from './config-error.ts';

const MAX_PORT = 65535;
/** ADDRESS, ADDRESS/PREFIX or *, then :PORT or :FIRST-LAST; IPv6 before ports in brackets, with the prefix in or behind them. */
const IPV4 = /^([0-9.]+|\*)(?:\/([0-9]{1,3}))?(?::([0-9]{1,5})(?:-([0-9]{1,5}))?)?$/;
const IPV6 = /^([0-9a-f:.]+)(?:\/([0-9]{1,3}))?()()$/i;
const BRACKETS = /^\[([0-9a-f:.]+)(?:\/([0-9]{1,3}))?\](?::([0-9]{1,5})(?:-([0-9]{1,5}))?)?$/i;

/** `::ffff:0:0/96` are the IPv4 addresses. */
const MAPPED = /^\[::ffff:([0-9a-f]+):([0-9a-f]+)\]$/;
const MAPPED_PREFIX = 96;

/** Entries of a list option: `A,B,C`, each checked. @throws ConfigError that names the option and the wrong entry */
export function blockList(text: string, option: string): string[] {
  const entries = text.split(',').map((entry) => entry.trim());
  for (const entry of entries) {
    if (parseAddressBlock(entry) === undefined) throw new ConfigError(`${entry}: ${option} argument is invalid`);
  }
  return entries;
}

/** The same without ports. */
export function hostList(text: string, option: string): string[] {
  const entries = blockList(text, option);
  for (const entry of entries) {
    const block = parseAddressBlock(entry);
    if (block !== undefined && (block.firstPort > 0 || block.lastPort < MAX_PORT)) {
      throw new ConfigError(`${entry}: ${option} argument takes no ports`);
    }
  }
  return entries;
}

/** Blocks of entries that were checked. */
export function parseBlocks(entries: readonly string[]): AddressBlock[] {
  return entries.flatMap((entry) => parseAddressBlock(entry) ?? []);
}

/** Reads a block; undefined when it is none. IPv4-mapped addresses are read as the IPv4 addresses that they are. */
export function parseAddressBlock(text: string): AddressBlock | undefined {
  const match = IPV4.exec(text) ?? IPV6.exec(text) ?? BRACKETS.exec(text);
  if (match === null) return undefined;
  const [, host = '', prefixText, firstText, lastText] = match;
  const family = isIP(host);
  if (host !== '*' && (family === 0 || (family === 4 && text.startsWith('[')))) return undefined;
  const bits = family === 6 ? 128 : family === 4 ? 32 : 0;
  const prefix = prefixText === undefined ? bits : Number(prefixText);
  const firstPort = firstText ? Number(firstText) : 0;
  const lastPort = lastText ? Number(lastText) : firstText ? firstPort : MAX_PORT;
  if (prefix > bits || lastPort > MAX_PORT || firstPort > lastPort) return undefined;
  const mapped = family === 6 && prefix >= MAPPED_PREFIX ? mappedAddress(host) : undefined;
  if (mapped !== undefined) return { host: mapped, prefix: prefix - MAPPED_PREFIX, firstPort, lastPort };
  return { host: host === '*' ? '' : host, prefix, firstPort, lastPort };
}

/** The IPv4 address of a mapped one, undefined for any other IPv6 address. */
function mappedAddress(host: string): string | undefined {
  const [, ...words] = MAPPED.exec(new URL(`http://[${host}]`).hostname) ?? [];
  const numbers = words.map((word) => Number.parseInt(word, 16));
  return words.length === 0 ? undefined : numbers.flatMap((word) => [word >> 8, word & 0xff]).join('.');
}
