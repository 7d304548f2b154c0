import type { LegIndex } from '../addon/types.ts';
import type { LookupCommand } from '../protocol/command.ts';
import { protocolError } from '../protocol/errors.ts';
import { chainReply, leavesRoom, portResult } from '../protocol/reply.ts';
import { otherLeg } from '../session/session.ts';
import type { CommandContext, Outcome } from './context.ts';
import { negotiate } from './negotiate.ts';
import { runSubCommands } from './subcommands.ts';

/** L: tells the port of the leg that the party named first sends to, and opens it if needed (protocol.md 6). `room`: see update. */
export function lookup(command: LookupCommand, context: CommandContext, room: number): Outcome {
  const { sessions, logger } = context;
  const match = sessions.registry.find(command);
  if (match === undefined) {
    logger.log('INFO', 'lookup', 'lookup request failed: session does not exist', command.callId);
    return { refusal: '0\n' };
  }
  const { session } = match;
  const answer: LegIndex = match.forward ? 1 : 0;
  if (!negotiate(sessions, session, answer, command)) return protocolError('noPortForLeg');
  session.toTag = match.forward ? command.toTag : command.fromTag;
  const { port, local } = session.legs[answer];
  const ports = `${session.legs[0].port ?? 0}/${session.legs[1].port ?? 0}`;
  logger.log('INFO', 'lookup', `lookup on ports ${ports}, session timer restarted`, session.callId);
  const result = portResult(port ?? 0, local);
  if (!leavesRoom(result, command.sub.length > 0, room)) return protocolError('replyTooLong');
  return chainReply(result, runSubCommands(command.sub, session, otherLeg(answer), context), room);
}
