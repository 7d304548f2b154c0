import type { LegIndex } from '../addon/types.ts';
import type { PlayRequest } from '../playback/playback.ts';
import type { PlayCommand, StopPlayCommand } from '../protocol/command.ts';
import { protocolError } from '../protocol/errors.ts';
import { OK_REPLY } from '../protocol/reply.ts';
import { legOfFirstTag } from '../session/registry.ts';
import { otherLeg, type Session } from '../session/session.ts';
import type { CommandContext, Outcome } from './context.ts';

/**
 * P: plays a prompt to the party that the first tag names, in place of what is played to it (protocol.md 8.4). The reply waits
 * for the prompt file.
 */
export function play(command: PlayCommand, context: CommandContext): Outcome | Promise<Outcome> {
  const match = context.sessions.registry.find(command);
  if (match === undefined) return protocolError('sessionNotFound');
  const { session } = match;
  const leg = legOfFirstTag(match);
  context.playback.stop(session, leg);
  let { codecs } = command;
  let ptime: number | undefined;
  if (codecs === 'session') {
    const { codecs: listed } = session.legs[leg];
    if (listed === undefined) return protocolError('noSessionCodecs');
    codecs = listed;
    // The other party's wish: what is played stands for its media (media.md 7.3).
    ptime = session.legs[otherLeg(leg)].ptime;
  }
  if (command.count === 0) return OK_REPLY;
  const { count, prompt } = command;
  return start(session, leg, { count, prompt, codecs, ptime }, context);
}

async function start(
  session: Session,
  leg: LegIndex,
  request: PlayRequest,
  { playback }: CommandContext,
): Promise<Outcome> {
  if (await playback.play(session, leg, request)) return OK_REPLY;
  return protocolError(session.ended ? 'sessionNotFound' : 'noPrompt');
}

/** S: ends what is played to the party that the first tag names; nothing playing is a success too (protocol.md 8.4). */
export function stopPlay(command: StopPlayCommand, context: CommandContext): Outcome {
  const match = context.sessions.registry.find(command);
  if (match === undefined) return protocolError('sessionNotFound');
  context.playback.stop(match.session, legOfFirstTag(match));
  return OK_REPLY;
}
