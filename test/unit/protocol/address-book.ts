import { isWildcard } from '../../../src/protocol/address.ts';
import type { Command, ParsedModifiers, UpdateCommand } from '../../../src/protocol/command.ts';
import { ProtocolError } from '../../../src/protocol/errors.ts';
import type { LocalAddress, Placing } from '../../../src/protocol/local-address.ts';
import type { Lookup } from '../../../src/protocol/lookup.ts';
import type { ParseContext } from '../../../src/protocol/media-arguments.ts';
import type { Parsed } from '../../../src/protocol/parse.ts';
import { LocalAddresses } from '../../../src/session/local-addresses.ts';
import { Lookups } from '../../../src/session/lookups.ts';

export function localAddress(host: string, rest: Partial<LocalAddress> = {}): LocalAddress {
  const family = host.includes(':') ? 6 : 4;
  return { host, family, label: undefined, advertised: undefined, wildcard: isWildcard(host), ...rest };
}

export const V4 = localAddress('127.0.0.1');
export const V6 = localAddress('::1');

/** The local addresses of a daemon; the kernel is taken to route within 127/8 and to ::1 only. */
export function addressBook(list: readonly LocalAddress[] = [V4], bridge = false): LocalAddresses {
  return new LocalAddresses(list, bridge, (host) => (host.startsWith('127.') ? '127.0.0.1' : ONLY_V6.get(host)));
}
const ONLY_V6 = new Map([['::1', '::1']]);

/**
 * What the parser has to know of a daemon with these local addresses, which knows the one service `sip` and has two
 * instances of the module 3. */
export function parseContext({ bridge }: { readonly bridge: boolean } = { bridge: false }): ParseContext {
  const takesModule = (id: number, instance: number): boolean => id === 3 && (instance === 1 || instance === 2);
  return { bridge, servicePort: (name) => (name === 'sip' ? 5060 : undefined), takesModule };
}

/** A command as that daemon has it; it has a control socket at 127.0.0.1:22222. */
export function resolve(parsed: Parsed, addresses = addressBook()): Command | ProtocolError {
  return new Lookups(addresses, (host, port) => host === '127.0.0.1' && port === 22222).resolve(parsed);
}

/** The same of an update, by what was parsed of its arguments, or of its sub-commands. */
export function resolveUpdate(
  parsed: Partial<UpdateCommand<ParsedModifiers>> | ProtocolError,
  lookups: readonly Lookup[],
  addresses = addressBook(),
): UpdateCommand | ProtocolError {
  const command = parsed instanceof ProtocolError ? parsed : { ...UPDATE, ...parsed };
  const resolved = resolve({ lookups: [...lookups, NOWHERE], command }, addresses);
  return resolved as UpdateCommand | ProtocolError;
}

const placing: Placing = { named: undefined, sides: [], newPort: false, family: 4 };
const NOWHERE: Lookup = { kind: 'place', placing, refusal: 'internal' };
const UPDATE: UpdateCommand<ParsedModifiers> = {
  verb: 'update',
  ...{ callId: 'c', fromTag: 'f', toTag: undefined, notify: undefined, sub: [], peer: { kind: 'none' } },
  modifiers: { asymmetric: undefined, weak: false, newPort: false, ptime: undefined, codecs: undefined, placing },
};
