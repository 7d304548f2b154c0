import { parseHost, parsePeer, type ServicePort } from './address.ts';
import type { MediaModifiers, SignalledPeer } from './command.ts';
import { decimalToInt32, endOfDecimal } from './decimal.ts';
import { PEER_IS_CONTROL_SOCKET, ProtocolError, protocolError } from './errors.ts';
import type { Family, LocalAddress, LocalAddressBook } from './local-address.ts';

const PTIME_MAX = 999;

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

export interface ParsedModifiers {
  readonly modifiers: MediaModifiers;
  /** Family of the peer's address: 6 when the modifier `6` was given. */
  readonly family: Family;
}

/**
 * Parses the modifiers of U, L or `&& L` (protocol.md 6.2 and 6.3); `text` is the first token without its command letter.
 * They are taken from left to right and the first bad one decides the error; a missing local address (E36) is told last.
 */
export function parseMediaModifiers(text: string, addresses: LocalAddressBook): ParsedModifiers | ProtocolError {
  let asymmetric: boolean | undefined;
  let weak = false;
  let newPort = false;
  let ptime: number | undefined;
  let codecs: string | undefined;
  let family: Family = 4;
  let named: LocalAddress | undefined;
  const sides: LocalAddress[] = [];

  let at = 0;
  while (at < text.length) {
    const letter = text.charAt(at).toLowerCase();
    at += 1;
    switch (letter) {
      case 'a':
      case 's':
        asymmetric = letter === 'a';
        break;
      case 'w':
        weak = true;
        break;
      case 'n':
        newPort = true;
        break;
      case '6':
        family = 6;
        break;
      case 'z': {
        const end = endOfDecimal(text, at);
        ptime = decimalToInt32(text.slice(at, end)) ?? 0;
        if (ptime < 1 || ptime > PTIME_MAX) return protocolError('badPtime');
        at = end;
        break;
      }
      case 'c': {
        const list = readRun(text, at, '0123456789,');
        if (list === '' || codecs !== undefined) return protocolError('badCodecList');
        codecs = list;
        at += list.length;
        break;
      }
      case 'e':
      case 'i': {
        const { external } = addresses;
        if (external === undefined || sides.length === 2) {
          return protocolError(letter === 'e' ? 'badExternalSide' : 'badInternalSide');
        }
        sides.push(letter === 'e' ? external : addresses.default);
        break;
      }
      case 'l':
      case 'r': {
        const reading = letter === 'l' ? readLocal(text, at, addresses) : readRoute(text, at, addresses);
        if (reading instanceof ProtocolError) return reading;
        named = reading.address;
        at = reading.end;
        break;
      }
      default:
        return protocolError('unknownMediaModifier');
    }
  }

  const placement = placeLegs({ named, sides, newPort, family }, addresses);
  if (placement === undefined) return protocolError('noLocalAddress');
  return { modifiers: { asymmetric, weak, newPort, ptime, codecs, ...placement }, family };
}

interface Choice {
  /** Address of the last `l` or `r`. */
  readonly named: LocalAddress | undefined;
  /** Addresses of the `e` and `i` letters, in their order: leg 1 comes first. */
  readonly sides: readonly LocalAddress[];
  readonly newPort: boolean;
  readonly family: Family;
}

/** Applies steps 4 to 6 of protocol.md 6.3; undefined when there is no local address of the family. */
function placeLegs(
  { named, sides, newPort, family }: Choice,
  addresses: LocalAddressBook,
): Pick<MediaModifiers, 'local' | 'moveTo'> | undefined {
  const internal = addresses.default;
  if (named !== undefined) return { local: [named, named], moveTo: named };
  const [leg1, leg0] = sides;
  if (leg1 !== undefined) return { local: [leg0 ?? internal, leg1], moveTo: newPort ? leg0 : undefined };
  if (family === internal.family) return { local: [internal, internal], moveTo: undefined };
  const newest = addresses.newest(family);
  return newest && { local: [newest, newest], moveTo: newest };
}

interface Reading {
  readonly address: LocalAddress;
  /** Index after the text that named the address. */
  readonly end: number;
}

/** Argument of `l`: an address, or a label in braces. */
function readLocal(text: string, at: number, addresses: LocalAddressBook): Reading | ProtocolError {
  if (text.charAt(at) === '{') {
    const close = text.indexOf('}', at);
    if (close <= at + 1) return protocolError('malformedLocalAddress');
    const address = addresses.byLabel(text.slice(at + 1, close));
    return address === undefined ? protocolError('unusableLocalAddress') : { address, end: close + 1 };
  }
  const literal = readLiteral(text, at);
  if (literal === undefined) return protocolError('malformedLocalAddress');
  const host = parseHost(literal.text, literal.family);
  if (host === undefined) return protocolError('unusableLocalAddress');
  return { address: addresses.byHost(host, literal.family), end: literal.end };
}

/** Argument of `r`: the address that the leg must be able to reach. */
function readRoute(text: string, at: number, addresses: LocalAddressBook): Reading | ProtocolError {
  const literal = readLiteral(text, at);
  if (literal === undefined) return protocolError('malformedRouteAddress');
  const host = parseHost(literal.text, literal.family);
  const address = host === undefined ? undefined : addresses.towards(host, literal.family);
  return address === undefined ? protocolError('noRoute') : { address, end: literal.end };
}

/** Text that looks like an address, `1.2.3.4` or `[v6]`; whether it is one is the next question. */
function readLiteral(text: string, at: number): { text: string; family: Family; end: number } | undefined {
  if (text.charAt(at) !== '[') {
    const literal = readRun(text, at, '0123456789.');
    return literal === '' ? undefined : { text: literal, family: 4, end: at + literal.length };
  }
  const literal = readRun(text, at + 1, '0123456789abcdefABCDEF:');
  const close = at + 1 + literal.length;
  return literal === '' || text.charAt(close) !== ']' ? undefined : { text: literal, family: 6, end: close + 1 };
}

/** The longest run of the given characters that starts at `at`. */
function readRun(text: string, at: number, characters: string): string {
  let end = at;
  while (end < text.length && characters.includes(text.charAt(end))) end += 1;
  return text.slice(at, end);
}
