import { parsePeer, type ServicePort } from './address.ts';
import type { MediaModifiers, SignalledPeer } from './command.ts';
import { ProtocolError, protocolError } from './errors.ts';
import type { LocalAddressBook } from './local-address.ts';
import { parseMediaModifiers } from './modifiers.ts';

/** What the parser has to ask the daemon. */
export interface ParseContext {
  readonly addresses: LocalAddressBook;
  readonly servicePort: ServicePort;
}

/** What U, L and `&& L` have in common. */
export interface MediaArguments {
  readonly modifiers: MediaModifiers;
  readonly peer: SignalledPeer;
}

/** Parses modifiers, address and port, in this order (protocol.md 6). */
export function parseMediaArguments(
  modifiers: string,
  host: string,
  port: string,
  context: ParseContext,
): MediaArguments | ProtocolError {
  const parsed = parseMediaModifiers(modifiers, context.addresses);
  if (parsed instanceof ProtocolError) return parsed;
  const peer = parsePeer(host, port, parsed.family, context.servicePort);
  return peer === undefined ? protocolError('badPeerAddress') : { modifiers: parsed.modifiers, peer };
}
