import { parsePeer, type ServicePort } from './address.ts';
import type { MediaModifiers, SignalledPeer } from './command.ts';
import { PEER_IS_CONTROL_SOCKET, ProtocolError, protocolError } from './errors.ts';
import type { LocalAddressBook } from './local-address.ts';
import { parseMediaModifiers } from './modifiers.ts';

/** What the parser has to ask the daemon. */
export interface ParseContext {
  readonly addresses: LocalAddressBook;
  readonly servicePort: ServicePort;
  /** What is sent to that port of a numeric host, or to the RTCP port behind it, comes to a control socket of the daemon. */
  reachesControlSocket(host: string, port: number): boolean;
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
  if (peer === undefined) return protocolError('badPeerAddress');
  if (peer.kind === 'address' && context.reachesControlSocket(peer.host, peer.port)) {
    return PEER_IS_CONTROL_SOCKET;
  }
  return { modifiers: parsed.modifiers, peer };
}
