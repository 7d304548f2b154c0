import type { Command, MediaModifiers, ParsedModifiers, Placement, SubCommand } from '../protocol/command.ts';
import { PEER_IS_CONTROL_SOCKET, ProtocolError, protocolError } from '../protocol/errors.ts';
import type { LocalAddress, Placing } from '../protocol/local-address.ts';
import type { Parsed } from '../protocol/parse.ts';
import type { LocalAddresses } from './local-addresses.ts';

/** Looks up what commands take for granted. */
export class Lookups {
  readonly #addresses: LocalAddresses;
  readonly #reachesControlSocket: (host: string, port: number) => boolean;

  /** `reachesControlSocket`: what is sent to that port of a numeric host, or to the RTCP port behind it, comes to one of ours. */
  constructor(addresses: LocalAddresses, reachesControlSocket: (host: string, port: number) => boolean) {
    this.#addresses = addresses;
    this.#reachesControlSocket = reachesControlSocket;
  }

  /** The command with the local addresses that it names, or the first thing that is wrong with it. */
  resolve({ lookups, command }: Parsed): Command | ProtocolError {
    const placements = new Map<Placing, Placement>();
    let named: LocalAddress | undefined;
    for (const lookup of lookups) {
      if (lookup.kind === 'peer') {
        if (this.#reachesControlSocket(lookup.host, lookup.port)) return PEER_IS_CONTROL_SOCKET;
      } else if (lookup.kind === 'local') {
        named = this.#addresses.find(lookup.name);
        if (named === undefined) return protocolError(lookup.refusal);
      } else {
        const placement = this.#addresses.place(lookup.placing, named);
        if (placement === undefined) return protocolError(lookup.refusal);
        placements.set(lookup.placing, placement);
        named = undefined;
      }
    }
    return command instanceof ProtocolError ? command : withAddresses(command, placements);
  }
}

type Placements = ReadonlyMap<Placing, Placement>;

function withAddresses(command: Command<ParsedModifiers>, placements: Placements): Command {
  if (!('sub' in command)) return command;
  const sub = command.sub.map((each) => subWithAddresses(each, placements));
  if (command.verb === 'query') return { ...command, sub };
  return { ...command, sub, modifiers: place(command.modifiers, placements) };
}

function subWithAddresses(command: SubCommand<ParsedModifiers>, placements: Placements): SubCommand {
  return command.kind === 'lookup' ? { ...command, modifiers: place(command.modifiers, placements) } : command;
}

function place(modifiers: ParsedModifiers, placements: Placements): MediaModifiers {
  const placement = placements.get(modifiers.placing);
  if (placement === undefined) throw new TypeError('the parser has not asked for these addresses');
  const { asymmetric, weak, newPort, ptime, codecs } = modifiers;
  const { local, moveTo } = placement;
  return { asymmetric, weak, newPort, ptime, codecs, local, moveTo };
}
