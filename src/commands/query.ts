import type { SessionStats } from '../engine/types.ts';
import type { QueryCommand } from '../protocol/command.ts';
import { ProtocolError, protocolError } from '../protocol/errors.ts';
import { chainReply } from '../protocol/reply.ts';
import { legOfFirstTag } from '../session/registry.ts';
import { otherLeg } from '../session/session.ts';
import type { CommandContext, Outcome } from './context.ts';
import { real } from './number-format.ts';
import { runSubCommands } from './subcommands.ts';

/** A session's figures, seen from the party that the first tag names. */
interface View {
  readonly stats: SessionStats;
  readonly own: SessionStats['legs'][0];
  readonly other: SessionStats['legs'][0];
}

/** Every name of Q (protocol.md 8.7). */
const READERS: ReadonlyMap<string, (view: View) => string> = new Map<string, (view: View) => string>([
  ['ttl', ({ stats }) => String(stats.ttl)],
  ['npkts_ina', ({ own }) => String(own.rtp.received)],
  ['npkts_ino', ({ other }) => String(other.rtp.received)],
  ['nrelayed', ({ own, other }) => String(own.rtp.relayed + other.rtp.relayed)],
  ['ndropped', ({ own, other }) => String(own.rtp.dropped + other.rtp.dropped)],
  ['longest_ipi', ({ own }) => real(own.longestIpi)],
  ['rtpa_jlast', ({ own }) => real(own.jitterLast)],
  ['rtpa_jmax', ({ own }) => real(own.jitterMax)],
  ['rtpa_javg', ({ own }) => real(own.jitterAvg)],
  ['rtpa_nsent', ({ own }) => String(own.sent)],
  ['rtpa_nrcvd', ({ own }) => String(own.received)],
  ['rtpa_ndups', ({ own }) => String(own.duplicates)],
  ['rtpa_nlost', ({ own }) => String(own.sent - own.received)],
  ['rtpa_perrs', ({ own }) => String(own.parseErrors)],
]);

const DEFAULT_NAMES = ['ttl', 'npkts_ina', 'npkts_ino', 'nrelayed', 'ndropped'];

/** Q: figures of one session, and sub-commands after them. `room` is the longest reply in bytes. */
export function query(command: QueryCommand, context: CommandContext, room: number): Outcome {
  const match = context.sessions.registry.find(command);
  if (match === undefined) return protocolError('sessionNotFound');
  const modifiers = command.modifiers.toLowerCase();
  if (/[^v]/s.test(modifiers)) return protocolError('unknownQueryModifier');
  const { session } = match;
  const own = legOfFirstTag(match);
  const stats = context.sessions.stats(session);
  const view = { stats, own: stats.legs[own], other: stats.legs[otherLeg(own)] };
  const names = command.names.length > 0 ? command.names : DEFAULT_NAMES;
  const values = valueList(names, modifiers !== '', view, room);
  if (values instanceof ProtocolError) return values;
  return chainReply(values, runSubCommands(command.sub, session, own, context));
}

function valueList(names: readonly string[], verbose: boolean, view: View, room: number): string | ProtocolError {
  let text = '';
  for (const name of names) {
    const label = (text === '' ? '' : ' ') + (verbose ? `${name}=` : '');
    // Also an unknown name is written before it is looked up.
    if (text.length + label.length > room) return protocolError('queryTooLong');
    const read = READERS.get(name);
    if (read === undefined) return protocolError('unknownQueryName');
    text += label + read(view);
  }
  return text.length >= room ? protocolError('queryTooLong') : text;
}
