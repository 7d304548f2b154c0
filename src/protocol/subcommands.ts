import type { ParsedModifiers, SubCommand } from './command.ts';
import { decimalToInt32 } from './decimal.ts';
import { ProtocolError, protocolError } from './errors.ts';
import type { Lookup } from './lookup.ts';
import { type ParseContext, parseMediaArguments } from './media-arguments.ts';

/**
 * Parses the sub-commands of U, L or Q from left to right (protocol.md 7); every error is `badSubCommand` (E3), that
 * of a lookup too.
 * `pairing`: the command is a U with a to-tag, so `L` and `C` are allowed.
 */
export function parseSubCommands(
  lists: readonly (readonly string[])[],
  context: ParseContext,
  lookups: Lookup[],
  pairing: boolean,
): readonly ParsedSubCommand[] | ProtocolError {
  const commands: ParsedSubCommand[] = [];
  for (const tokens of lists) {
    const command = parseSubCommand(tokens, context, lookups, pairing);
    if (command === undefined) return protocolError('badSubCommand');
    commands.push(command);
  }
  return commands;
}

type ParsedSubCommand = SubCommand<ParsedModifiers>;

/** One sub-command of the protocol (protocol.md 7). */
export interface SubCommandSpec {
  /** Letter that begins the first token, in lower case. */
  readonly letter: string;
  /** Taken only by a U with a to-tag. */
  readonly pairing: boolean;
  readonly usage: string;
  readonly help: string;
  /** Undefined: it is not one (E3). */
  parse(
    modifiers: string,
    args: readonly string[],
    context: ParseContext,
    lookups: Lookup[],
  ): ParsedSubCommand | undefined;
}

/** The table of sub-commands. */
export const SUB_COMMANDS: readonly SubCommandSpec[] = [
  {
    letter: 'l',
    pairing: true,
    usage: 'L[modifiers] addr port',
    help: 'looks up the other leg and answers its port, as L does; then the legs swap for the rest of the chain',
    parse: parseLookup,
  },
  { letter: 'd', pairing: false, usage: 'D[w]', help: 'deletes the session, as D does', parse: parseDelete },
  {
    letter: 's',
    pairing: false,
    usage: 'S[r] ttl=SECONDS|tos=VALUE',
    help: 'sets the timer, or the TOS byte of packets to the peer of the leg; `r`: of the other leg',
    parse: parseSetting,
  },
  {
    letter: 'c',
    pairing: true,
    usage: 'C call_id from_tag to_tag',
    help: 'gives the new session a copy of all media of that one',
    parse: parseCopy,
  },
  {
    letter: 'm',
    pairing: false,
    usage: 'M<id>:<instance> [args]',
    help: 'is for a loaded module: see docs/modules.md; Q looks at its form only',
    parse: parseModule,
  },
];

const BY_LETTER = new Map(SUB_COMMANDS.map((spec) => [spec.letter, spec]));

function parseSubCommand(
  tokens: readonly string[],
  context: ParseContext,
  lookups: Lookup[],
  pairing: boolean,
): ParsedSubCommand | undefined {
  const [first = '', ...args] = tokens;
  const spec = BY_LETTER.get(first.charAt(0).toLowerCase());
  if (spec === undefined || (spec.pairing && !pairing)) return undefined;
  return spec.parse(first.slice(1), args, context, lookups);
}

function parseLookup(
  modifiers: string,
  args: readonly string[],
  context: ParseContext,
  lookups: Lookup[],
): ParsedSubCommand | undefined {
  const [host, port] = args;
  if (host === undefined || port === undefined || args.length > 2) return undefined;
  const own: Lookup[] = [];
  const media = parseMediaArguments(modifiers, host, port, context, own);
  lookups.push(...own.map((each) => (each.kind === 'peer' ? each : { ...each, refusal: 'badSubCommand' as const })));
  return media instanceof ProtocolError ? undefined : { kind: 'lookup', ...media };
}

function parseDelete(modifiers: string, args: readonly string[]): ParsedSubCommand | undefined {
  if (args.length > 0 || !/^[wW]*$/.test(modifiers)) return undefined;
  return { kind: 'delete', weak: modifiers !== '' };
}

function parseSetting(modifiers: string, args: readonly string[]): ParsedSubCommand | undefined {
  const [setting] = args;
  if (setting === undefined || args.length > 1 || modifiers.length > 1) return undefined;
  const value = decimalToInt32(setting.slice(4));
  if (value === undefined || value < 1) return undefined;
  const reverse = modifiers.toLowerCase() === 'r';
  if (setting.startsWith('ttl=')) return { kind: 'ttl', seconds: value, reverse };
  if (setting.startsWith('tos=')) return { kind: 'tos', value, reverse };
  return undefined;
}

function parseCopy(modifiers: string, args: readonly string[]): ParsedSubCommand | undefined {
  const [callId, fromTag, toTag] = args;
  if (callId === undefined || fromTag === undefined || toTag === undefined) return undefined;
  return args.length > 3 || modifiers !== '' ? undefined : { kind: 'copy', callId, fromTag, toTag };
}

/** Both numbers from 1 on, without a sign. */
const MODULE = /^(\d{1,9}):(\d{1,9})$/;

function parseModule(text: string, args: readonly string[], context: ParseContext): ParsedSubCommand | undefined {
  const numbers = MODULE.exec(text);
  if (numbers === null) return undefined;
  const [id, instance] = [Number(numbers[1]), Number(numbers[2])];
  return context.takesModule(id, instance) ? { kind: 'module', id, instance, args } : undefined;
}
