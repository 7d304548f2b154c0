import type { SessionFigures } from '../addon/contract.ts';
import type { QueryCommand } from '../protocol/command.ts';
import { ProtocolError, protocolError } from '../protocol/errors.ts';
import { chainReply, realText } from '../protocol/reply.ts';
import { DEFAULT_QUERY_NAMES, type QueryName, SESSION_STATISTICS } from '../protocol/statistics.ts';
import { legOfFirstTag } from '../session/registry.ts';
import { otherLeg } from '../session/session.ts';
import type { CommandContext, Outcome } from './context.ts';
import { runSubCommands } from './subcommands.ts';

/** A session's figures, seen from the party that the first tag names. */
interface View {
  readonly figures: SessionFigures;
  readonly own: SessionFigures['legs'][0];
  readonly other: SessionFigures['legs'][0];
}

const FIGURES: Readonly<Record<QueryName, (view: View) => number>> = {
  ttl: ({ figures }) => figures.ttl,
  npkts_ina: ({ own }) => own.rtp.received,
  npkts_ino: ({ other }) => other.rtp.received,
  nrelayed: ({ own, other }) => own.rtp.relayed + other.rtp.relayed,
  ndropped: ({ own, other }) => own.rtp.dropped + other.rtp.dropped,
  longest_ipi: ({ own }) => own.longestIpi,
  rtpa_jlast: ({ own }) => own.jitterLast,
  rtpa_jmax: ({ own }) => own.jitterMax,
  rtpa_javg: ({ own }) => own.jitterAvg,
  rtpa_nsent: ({ own }) => own.sent,
  rtpa_nrcvd: ({ own }) => own.received,
  rtpa_ndups: ({ own }) => own.duplicates,
  rtpa_nlost: ({ own }) => own.sent - own.received,
  rtpa_perrs: ({ own }) => own.parseErrors,
};

const READERS: ReadonlyMap<string, (view: View) => string> = new Map(
  SESSION_STATISTICS.map((row) => {
    const figure = FIGURES[row.name];
    return [row.name, 'real' in row ? (view) => realText(figure(view)) : (view) => String(figure(view))];
  }),
);

/** Q: figures of one session, and sub-commands after them. `room` is the longest reply in bytes. */
export function query(command: QueryCommand, context: CommandContext, room: number): Outcome {
  const match = context.sessions.registry.find(command);
  if (match === undefined) return protocolError('sessionNotFound');
  const modifiers = command.modifiers.toLowerCase();
  if (/[^v]/s.test(modifiers)) return protocolError('unknownQueryModifier');
  const { session } = match;
  const own = legOfFirstTag(match);
  const figures = context.sessions.snapshot(session);
  const view = { figures, own: figures.legs[own], other: figures.legs[otherLeg(own)] };
  const names = command.names.length > 0 ? command.names : DEFAULT_QUERY_NAMES;
  const values = valueList(names, modifiers !== '', view, room);
  if (values instanceof ProtocolError) return values;
  const reply = chainReply(values, runSubCommands(command.sub, session, own, context, false), room);
  return reply.length > room ? protocolError('replyTooLong') : reply;
}

function valueList(names: readonly string[], verbose: boolean, view: View, room: number): string | ProtocolError {
  let text = '';
  for (const name of names) {
    const label = (text === '' ? '' : ' ') + (verbose ? `${name}=` : '');
    // Also an unknown name is written before it is looked up.
    if (text.length + label.length > room) return protocolError('replyTooLong');
    const read = READERS.get(name);
    if (read === undefined) return protocolError('unknownQueryName');
    text += label + read(view);
  }
  return text.length >= room ? protocolError('replyTooLong') : text;
}
