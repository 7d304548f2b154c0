import type {
  CopyCommand,
  PlayCommand,
  RecordCommand,
  StopPlayCommand,
  StopRecordCommand,
} from '../protocol/command.ts';
import { protocolError } from '../protocol/errors.ts';
import { OK_REPLY } from '../protocol/reply.ts';
import type { CommandContext, Outcome } from './context.ts';

// Playback, recording and copying are not part of this version: nothing plays and nothing records, so stopping a player
// succeeds, and everything else ends with the error that the protocol has for an operation that failed.

export function play(command: PlayCommand, context: CommandContext): Outcome {
  const match = context.sessions.registry.find(command);
  if (match === undefined) return protocolError('sessionNotFound');
  return command.count === 0 ? OK_REPLY : protocolError('noPrompt');
}

export function stopPlay(command: StopPlayCommand, context: CommandContext): Outcome {
  return context.sessions.registry.find(command) === undefined ? protocolError('sessionNotFound') : OK_REPLY;
}

export function record(_command: RecordCommand, context: CommandContext): Outcome {
  context.logger.log('ERR', 'record', 'directory for saving local recordings is not configured');
  return protocolError('sessionNotFound');
}

export function stopRecord(_command: StopRecordCommand): Outcome {
  return protocolError('sessionNotFound');
}

export function copy(command: CopyCommand, context: CommandContext): Outcome {
  const known = context.sessions.registry.find(command) !== undefined;
  return protocolError(known ? 'copyFailed' : 'sessionNotFound');
}
