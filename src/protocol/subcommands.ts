import type { SubCommand } from './command.ts';
import { decimalToInt32 } from './decimal.ts';
import { ProtocolError, protocolError } from './errors.ts';
import { type ParseContext, parseMediaArguments } from './media-arguments.ts';

/**
 * Parses the sub-commands of U, L or Q from left to right (protocol.md 7); every error is `badSubCommand` (E3).
 * `pairing`: the command is a U with a to-tag, so `L` and `C` are allowed.
 */
export function parseSubCommands(
  lists: readonly (readonly string[])[],
  context: ParseContext,
  pairing: boolean,
): readonly SubCommand[] | ProtocolError {
  const commands: SubCommand[] = [];
  for (const tokens of lists) {
    const command = parseSubCommand(tokens, context, pairing);
    if (command === undefined) return protocolError('badSubCommand');
    commands.push(command);
  }
  return commands;
}

function parseSubCommand(tokens: readonly string[], context: ParseContext, pairing: boolean): SubCommand | undefined {
  const [first = '', ...args] = tokens;
  const modifiers = first.slice(1);
  switch (first.charAt(0).toLowerCase()) {
    case 'l':
      return pairing ? parseLookup(modifiers, args, context) : undefined;
    case 'd':
      return parseDelete(modifiers, args);
    case 's':
      return parseSetting(modifiers, args);
    case 'c':
      return pairing ? parseCopy(modifiers, args) : undefined;
    default:
      // `M` too: it needs a loaded module, and this daemon loads none.
      return undefined;
  }
}

function parseLookup(modifiers: string, args: readonly string[], context: ParseContext): SubCommand | undefined {
  const [host, port] = args;
  if (host === undefined || port === undefined || args.length > 2) return undefined;
  const media = parseMediaArguments(modifiers, host, port, context);
  return media instanceof ProtocolError ? undefined : { kind: 'lookup', ...media };
}

function parseDelete(modifiers: string, args: readonly string[]): SubCommand | undefined {
  if (args.length > 0 || !/^[wW]*$/.test(modifiers)) return undefined;
  return { kind: 'delete', weak: modifiers !== '' };
}

function parseSetting(modifiers: string, args: readonly string[]): SubCommand | undefined {
  const [setting] = args;
  if (setting === undefined || args.length > 1 || modifiers.length > 1) return undefined;
  const value = decimalToInt32(setting.slice(4));
  if (value === undefined || value < 1) return undefined;
  const reverse = modifiers.toLowerCase() === 'r';
  if (setting.startsWith('ttl=')) return { kind: 'ttl', seconds: value, reverse };
  if (setting.startsWith('tos=')) return { kind: 'tos', value, reverse };
  return undefined;
}

function parseCopy(modifiers: string, args: readonly string[]): SubCommand | undefined {
  const [callId, fromTag, toTag] = args;
  if (callId === undefined || fromTag === undefined || toTag === undefined) return undefined;
  return args.length > 3 || modifiers !== '' ? undefined : { kind: 'copy', callId, fromTag, toTag };
}
