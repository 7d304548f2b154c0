import type { LegIndex } from '../addon/types.ts';
import type { Peer } from '../control/transport.ts';
import type { NotifyRequest, UpdateCommand } from '../protocol/command.ts';
import { protocolError } from '../protocol/errors.ts';
import { chainReply, leavesRoom, portResult } from '../protocol/reply.ts';
import { otherLeg, type Session } from '../session/session.ts';
import type { CommandContext, Outcome } from './context.ts';
import { negotiate } from './negotiate.ts';
import { runSubCommands } from './subcommands.ts';

/**
 * U: creates a session, or updates one and tells the port of the leg that the other party sends to (protocol.md 6). `room` is
 * the longest reply in bytes; a new session whose port cannot be told is not kept.
 */
export function update(
  command: UpdateCommand,
  context: CommandContext,
  peer: Peer,
  room: number,
): Outcome | Promise<Outcome> {
  const { sessions, logger } = context;
  if (command.notify !== undefined && !context.notifyTargets.configured) {
    logger.log('ERR', 'update', 'must permit notification socket with -n', command.callId);
    return protocolError('notifyNotConfigured');
  }
  const match = sessions.registry.find(command);
  let session: Session;
  let answer: LegIndex = 0;
  if (match === undefined) {
    const created = create(command, context);
    if (typeof created === 'string') return protocolError(created);
    session = created;
  } else {
    session = match.session;
    answer = match.forward ? 0 : 1;
    if (!negotiate(sessions, session, answer, command)) return protocolError('noPortForLeg');
    if (!command.modifiers.weak) session.strong = true;
  }
  setNotification(session, command.notify, context, peer);
  const { port, local } = session.legs[answer];
  const result = portResult(port ?? 0, local);
  if (!leavesRoom(result, command.sub.length > 0, room)) {
    if (match === undefined) sessions.remove(session, false);
    return protocolError('replyTooLong');
  }
  const reply = chainReply(result, runSubCommands(command.sub, session, otherLeg(answer), context), room);
  // Nothing that comes to the ports after the reply is missing in a recording.
  return context.recorder.started(session)?.then(() => reply) ?? reply;
}

/** Every U sets the session's notification or, without the arguments for one, takes it away (protocol.md 8.10). */
function setNotification(
  session: Session,
  request: NotifyRequest | undefined,
  { notifyTargets, logger }: CommandContext,
  peer: Peer,
): void {
  session.notify = undefined;
  if (request === undefined) return;
  const destination = notifyTargets.find(request.socket, peer);
  if (destination === undefined) {
    logger.log('ERR', 'update', `invalid socket name ${request.socket}`, session.callId);
    return;
  }
  logger.log('INFO', 'update', 'setting timeout handler', session.callId);
  session.notify = { destination, tag: request.tag };
}

/** The session that a new one is to be a fork of. */
function forkSource({ sub }: UpdateCommand, { sessions }: CommandContext): Session | undefined {
  const copy = sub.find((command) => command.kind === 'copy');
  return copy === undefined ? undefined : sessions.registry.find(copy)?.session;
}

function create(command: UpdateCommand, context: CommandContext): Session | 'shuttingDown' | 'noPortForSession' {
  const { sessions, logger } = context;
  const { callId, fromTag, modifiers } = command;
  if (context.draining()) {
    logger.log('INFO', 'update', 'proxy is in the deorbiting-burn mode, new session rejected');
    return 'shuttingDown';
  }
  const families = `IPv${modifiers.local[0].family}/IPv${modifiers.local[1].family}`;
  const type = modifiers.weak ? 'weak' : 'strong';
  logger.log('INFO', 'update', `new ${families} session ${callId}, tag ${fromTag} requested, type ${type}`);
  const session = sessions.create(callId, fromTag, modifiers.local, forkSource(command, context));
  if (session === undefined) return 'noPortForSession';
  if (modifiers.weak) session.legs[0].weak = true;
  else session.strong = true;
  sessions.setPeer(session, 1, command.peer, modifiers);
  const { port, local } = session.legs[0];
  logger.log('INFO', 'update', `new session on IPv${local.family} port ${port} created, tag ${fromTag}`, callId);
  return session;
}
