import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { getSystemErrorName } from 'node:util';
import { parseHost } from '../protocol/address.ts';
import type { Family } from '../protocol/local-address.ts';

/** A host that has no numeric address; the message is the text of gai_strerror(3). */
export class HostError extends Error {}

/** Finds the first address of that family. Rejects with HostError. */
export type HostResolver = (host: string, family: Family) => Promise<string>;

const NO_NAME = 'Name or service not known';
const WRONG_FAMILY = 'Address family for hostname not supported';
/** Texts that no resolver is asked about. */
const MEANT_NUMERIC: Readonly<Record<Family, RegExp>> = { 4: /^[0-9.]*$/, 6: /^[0-9a-f]*:[0-9a-f:]*$/i };
/** gai_strerror texts of glibc for what getaddrinfo can answer about a name. */
const GAI_TEXTS: Readonly<Record<string, string>> = {
  EAI_ADDRFAMILY: WRONG_FAMILY,
  EAI_AGAIN: 'Temporary failure in name resolution',
  EAI_FAIL: 'Non-recoverable failure in name resolution',
  EAI_MEMORY: 'Memory allocation failure',
  EAI_NODATA: 'No address associated with hostname',
  EAI_NONAME: NO_NAME,
};

/**
 * The resolver of the daemon (cli.md 3): numeric texts are never looked up, and with `useDns` false (`--no_resolve`)
 * nothing else is known.
 */
export function hostResolver(useDns: boolean, dns: HostResolver = systemLookup): HostResolver {
  return async (host, family) => {
    const numeric = parseHost(host, family);
    if (numeric !== undefined) return numeric;
    const written = isIP(host);
    if (written !== 0) throw new HostError(written === family ? NO_NAME : WRONG_FAMILY);
    if (host === '' || MEANT_NUMERIC[family].test(host) || !useDns) throw new HostError(NO_NAME);
    return dns(host, family);
  };
}

/** The first address of any family that the system's resolver finds. @throws HostError */
export async function firstAddress(host: string): Promise<string> {
  if (host === '') throw new HostError(NO_NAME);
  return systemLookup(host, 0);
}

async function systemLookup(host: string, family: Family | 0): Promise<string> {
  try {
    return (await lookup(host, { family })).address;
  } catch (error) {
    if (!(error instanceof Error) || !('errno' in error) || typeof error.errno !== 'number') throw error;
    throw new HostError(GAI_TEXTS[getSystemErrorName(error.errno)] ?? error.message);
  }
}
