import type { StopPlayCommand } from '../protocol/command.ts';
import { protocolError } from '../protocol/errors.ts';
import { OK_REPLY } from '../protocol/reply.ts';
import { legOfFirstTag } from '../session/registry.ts';
import type { CommandContext, Outcome } from './context.ts';

/** S: ends what is played to the party that the first tag names; nothing playing is a success too (protocol.md 8.4). */
export function stopPlay(command: StopPlayCommand, context: CommandContext): Outcome {
  const match = context.sessions.registry.find(command);
  if (match === undefined) return protocolError('sessionNotFound');
  context.playback.stop(match.session, legOfFirstTag(match));
  return OK_REPLY;
}
