import type { PlayCommand, StopPlayCommand } from '../protocol/command.ts';
import { protocolError } from '../protocol/errors.ts';
import { OK_REPLY } from '../protocol/reply.ts';
import type { CommandContext, Outcome } from './context.ts';

// Playback is not part of this version: nothing plays, so stopping a player succeeds, and playing ends with the error that
// the protocol has for it.

export function play(command: PlayCommand, context: CommandContext): Outcome {
  const match = context.sessions.registry.find(command);
  if (match === undefined) return protocolError('sessionNotFound');
  return command.count === 0 ? OK_REPLY : protocolError('noPrompt');
}

export function stopPlay(command: StopPlayCommand, context: CommandContext): Outcome {
  return context.sessions.registry.find(command) === undefined ? protocolError('sessionNotFound') : OK_REPLY;
}
