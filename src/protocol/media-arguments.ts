import { parseHost, parsePeer, type ServicePort } from './address.ts';
import type { ParsedModifiers, SignalledPeer } from './command.ts';
import { decimalToInt32, endOfDecimal } from './decimal.ts';
import { ProtocolError, protocolError } from './errors.ts';
import type { Family, LocalName, Side } from './local-address.ts';
import type { Lookup } from './lookup.ts';

const PTIME_MAX = 999;

/** What the parser has to know of the daemon. */
export interface ParseContext {
  /** There are an internal and an external address. */
  readonly bridge: boolean;
  readonly servicePort: ServicePort;
  /** Whether a module is loaded whose sub-commands begin with `M<id>:<instance>`. */
  takesModule(id: number, instance: number): boolean;
}

/** What U, L and `&& L` have in common. */
export interface MediaArguments {
  readonly modifiers: ParsedModifiers;
  readonly peer: SignalledPeer;
}

/** Parses modifiers, address and port, in this order (protocol.md 6), and adds to `lookups` what they take for granted. */
export function parseMediaArguments(
  text: string,
  host: string,
  port: string,
  context: ParseContext,
  lookups: Lookup[],
): MediaArguments | ProtocolError {
  const modifiers = parseMediaModifiers(text, context, lookups);
  if (modifiers instanceof ProtocolError) return modifiers;
  const peer = parsePeer(host, port, modifiers.placing.family, context.servicePort);
  if (peer === undefined) return protocolError('badPeerAddress');
  if (peer.kind === 'address') lookups.push({ kind: 'peer', host: peer.host, port: peer.port });
  return { modifiers, peer };
}

/**
 * Parses the modifiers of U, L or `&& L` (protocol.md 6.2 and 6.3); `text` is the first token without its command letter.
 * They are taken from left to right and the first bad one decides the error; that there is a local address of the family (E36)
 * is looked up last.
 */
export function parseMediaModifiers(
  text: string,
  { bridge }: Pick<ParseContext, 'bridge'>,
  lookups: Lookup[],
): ParsedModifiers | ProtocolError {
  let asymmetric: boolean | undefined;
  let weak = false;
  let newPort = false;
  let ptime: number | undefined;
  let codecs: string | undefined;
  let family: Family = 4;
  let named: LocalName | undefined;
  const sides: Side[] = [];

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
        if (!bridge || sides.length === 2) {
          return protocolError(letter === 'e' ? 'badExternalSide' : 'badInternalSide');
        }
        sides.push(letter === 'e' ? 'external' : 'internal');
        break;
      }
      case 'l':
      case 'r': {
        const reading = letter === 'l' ? readLocal(text, at) : readRoute(text, at);
        if (reading instanceof ProtocolError) return reading;
        named = reading.name;
        lookups.push({ kind: 'local', name: named, refusal: letter === 'l' ? 'unusableLocalAddress' : 'noRoute' });
        at = reading.end;
        break;
      }
      default:
        return protocolError('unknownMediaModifier');
    }
  }

  const placing = { named, sides, newPort, family };
  lookups.push({ kind: 'place', placing, refusal: 'noLocalAddress' });
  return { asymmetric, weak, newPort, ptime, codecs, placing };
}

interface Reading {
  readonly name: LocalName;
  /** Index after the text that named the address. */
  readonly end: number;
}

/** Argument of `l`: an address, or a label in braces. */
function readLocal(text: string, at: number): Reading | ProtocolError {
  if (text.charAt(at) === '{') {
    const close = text.indexOf('}', at);
    if (close <= at + 1) return protocolError('malformedLocalAddress');
    return { name: { by: 'label', label: text.slice(at + 1, close) }, end: close + 1 };
  }
  const literal = readLiteral(text, at);
  if (literal === undefined) return protocolError('malformedLocalAddress');
  const host = parseHost(literal.text, literal.family);
  if (host === undefined) return protocolError('unusableLocalAddress');
  return { name: { by: 'host', host, family: literal.family }, end: literal.end };
}

/** Argument of `r`: the address that the leg must be able to reach. */
function readRoute(text: string, at: number): Reading | ProtocolError {
  const literal = readLiteral(text, at);
  if (literal === undefined) return protocolError('malformedRouteAddress');
  const host = parseHost(literal.text, literal.family);
  if (host === undefined) return protocolError('noRoute');
  return { name: { by: 'route', host, family: literal.family }, end: literal.end };
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
