import type { Command, NotifyRequest, ParsedModifiers, SessionSelector } from './command.ts';
import { decimalToInt32 } from './decimal.ts';
import { ProtocolError, protocolError } from './errors.ts';
import type { Lookup } from './lookup.ts';
import { type ParseContext, parseMediaArguments } from './media-arguments.ts';
import { parseSubCommands } from './subcommands.ts';
import type { Tokens } from './tokenize.ts';
import { findVerb, type Verb, type VerbSpec } from './verbs.ts';

const HEX_PAIR = /^[0-9a-fA-F]{2}$/;

/** One command whose verb is known and whose number of tokens is right. */
interface Request {
  readonly spec: VerbSpec;
  /** First token without the letters of the verb, as given. */
  readonly modifiers: string;
  /** The tokens after the first. */
  readonly args: readonly string[];
  readonly sub: readonly (readonly string[])[];
  readonly context: ParseContext;
  readonly lookups: Lookup[];
}

type ParsedCommand = Command<ParsedModifiers>;

/** A command as far as its text tells. */
export interface Parsed {
  /** What has to hold first. */
  readonly lookups: readonly Lookup[];
  readonly command: ParsedCommand | ProtocolError;
}

/**
 * Applies the checks 2 to 7 of protocol.md 3 in their order, those that need no session, and lists what only the daemon can check;
 * the first that fails is returned.
 */
export function parseCommand(tokens: Tokens, context: ParseContext): Parsed {
  const lookups: Lookup[] = [];
  return { lookups, command: parse(tokens, context, lookups) };
}

function parse({ main, sub }: Tokens, context: ParseContext, lookups: Lookup[]): ParsedCommand | ProtocolError {
  const [first = '', ...args] = main;
  const spec = findVerb(first);
  if (spec === undefined) return protocolError('unknownCommand');
  if (main.length < spec.minTokens || main.length > spec.maxTokens) return protocolError('wrongArgumentCount');
  const modifiers = first.slice(spec.letters.length);
  if (spec.modifiers.size === 0 && modifiers !== '') return protocolError(spec.badModifier);
  if (!spec.subCommands && sub.length > 0) return protocolError('badSubCommand');
  return PARSERS[spec.verb]({ spec, modifiers, args, sub, context, lookups });
}

const PARSERS: Readonly<Record<Verb, (request: Request) => ParsedCommand | ProtocolError>> = {
  update: parseUpdate,
  lookup: parseLookup,
  delete: (request) => {
    const letters = readLetters(request);
    if (letters instanceof ProtocolError) return letters;
    return { verb: 'delete', ...selector(request.args, 1), weak: letters.has('w') };
  },
  play: parsePlay,
  'stop-play': ({ args }) => ({ verb: 'stop-play', ...selector(args, 1) }),
  record: parseRecord,
  copy: (request) => {
    const letters = readLetters(request);
    if (letters instanceof ProtocolError) return letters;
    const target = request.args[1] ?? '';
    return {
      verb: 'copy',
      ...selector(request.args, 2),
      target,
      singleFile: letters.has('s'),
      reportPort: letters.has('p'),
    };
  },
  'stop-record': parseStopRecord,
  query: parseQuery,
  stats: (request) => {
    const letters = readLetters(request);
    if (letters instanceof ProtocolError) return letters;
    return { verb: 'stats', verbose: letters.has('v'), names: request.args };
  },
  info: (request) => {
    const letters = readLetters(request);
    if (letters instanceof ProtocolError) return letters;
    return { verb: 'info', load: letters.has('l') };
  },
  version: () => ({ verb: 'version' }),
  feature: ({ args }) => ({ verb: 'feature', date: args[0] ?? '' }),
  'delete-all': () => ({ verb: 'delete-all' }),
};

function parseUpdate({ modifiers, args, sub, context, lookups }: Request): ParsedCommand | ProtocolError {
  // Arguments: 4 or 6 without a to-tag, 5 or 7 with one; 6 and 7 end with the notify socket and tag.
  const notify = args.length < 6 ? undefined : parseNotify(args.slice(-2));
  if (notify instanceof ProtocolError) return notify;
  const media = parseMediaArguments(modifiers, args[1] ?? '', args[2] ?? '', context, lookups);
  if (media instanceof ProtocolError) return media;
  const session = selector(args.length % 2 === 0 ? args.slice(0, 4) : args, 3);
  const commands = parseSubCommands(sub, context, lookups, session.toTag !== undefined);
  if (commands instanceof ProtocolError) return commands;
  return { verb: 'update', ...session, ...media, notify, sub: commands };
}

function parseNotify([socket = '', encodedTag = '']: readonly string[]): NotifyRequest | ProtocolError {
  const tag = decodeNotifyTag(encodedTag);
  return tag === undefined ? protocolError('badNotifyTag') : { socket, tag };
}

function parseLookup({ modifiers, args, sub, context, lookups }: Request): ParsedCommand | ProtocolError {
  const media = parseMediaArguments(modifiers, args[1] ?? '', args[2] ?? '', context, lookups);
  if (media instanceof ProtocolError) return media;
  const commands = parseSubCommands(sub, context, lookups, false);
  if (commands instanceof ProtocolError) return commands;
  return { verb: 'lookup', ...selector(args, 3), ...media, sub: commands };
}

function parsePlay({ spec, modifiers, args }: Request): ParsedCommand | ProtocolError {
  const count = modifiers === '' ? 1 : decimalToInt32(modifiers);
  if (count === undefined) return protocolError(spec.badModifier);
  return { verb: 'play', ...selector(args, 3), count, prompt: args[1] ?? '', codecs: args[2] ?? '' };
}

function parseRecord({ spec, modifiers, args }: Request): ParsedCommand | ProtocolError {
  for (const letter of modifiers.toLowerCase()) {
    // `p` was the pcap format of earlier versions; it is known, but refused.
    if (letter === 'p') return protocolError('refusedModifier');
    if (!spec.modifiers.has(letter)) return protocolError(spec.badModifier);
  }
  return { verb: 'record', ...selector(args, 1), singleFile: modifiers !== '' };
}

function parseStopRecord({ spec, modifiers, args }: Request): ParsedCommand | ProtocolError {
  const bothLegs = modifiers !== '';
  if (bothLegs && !spec.modifiers.has(modifiers.charAt(0).toLowerCase())) return protocolError(spec.badModifier);
  if (modifiers.length > 1) return protocolError('refusedModifier');
  return { verb: 'stop-record', ...selector(args, 1), bothLegs };
}

function parseQuery({ modifiers, args, sub, context, lookups }: Request): ParsedCommand | ProtocolError {
  const commands = parseSubCommands(sub, context, lookups, false);
  if (commands instanceof ProtocolError) return commands;
  return { verb: 'query', ...selector(args, 1), modifiers, names: args.slice(3), sub: commands };
}

/** The modifier letters in lower case, or the error of the command when one is not in its table row. */
function readLetters({ spec, modifiers }: Request): ReadonlySet<string> | ProtocolError {
  const letters = new Set(modifiers.toLowerCase());
  for (const letter of letters) {
    if (!spec.modifiers.has(letter)) return protocolError(spec.badModifier);
  }
  return letters;
}

/** Call-ID, and the tags from index `tags` on. */
function selector(args: readonly string[], tags: number): SessionSelector {
  return { callId: args[0] ?? '', fromTag: args[tags] ?? '', toTag: args[tags + 1] };
}

/**
 * Decodes a notify tag (protocol.md 8.10): `%XX` is one byte, NUL included, and `+` a space. Undefined when a `%` is not
 * followed by two hexadecimal digits (E10).
 */
export function decodeNotifyTag(text: string): string | undefined {
  const [head = '', ...encoded] = text.replaceAll('+', ' ').split('%');
  let decoded = head;
  for (const piece of encoded) {
    const pair = piece.slice(0, 2);
    if (!HEX_PAIR.test(pair)) return undefined;
    decoded += String.fromCharCode(Number.parseInt(pair, 16)) + piece.slice(2);
  }
  return decoded;
}
