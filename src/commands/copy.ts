import type { CopyCommand } from '../protocol/command.ts';
import { protocolError } from '../protocol/errors.ts';
import { addressedPort, leavesRoom, OK_REPLY } from '../protocol/reply.ts';
import { type CopyTarget, isRemoteTarget, parseCopyTarget } from '../recording/copier.ts';
import { legOfFirstTag } from '../session/registry.ts';
import type { CommandContext, Outcome } from './context.ts';

/**
 * C: records what the party named first sends into files of a given name (protocol.md 8.5), or copies it to another
 * address (8.6). The reply, of at most `room` bytes, waits for the files, or for the address of a name.
 */
export function copy(command: CopyCommand, context: CommandContext, room: number): Outcome | Promise<Outcome> {
  const match = context.sessions.registry.find(command);
  if (match === undefined) return protocolError('sessionNotFound');
  if (!isRemoteTarget(command.target)) {
    if (command.reportPort) return protocolError('copyFailed');
    const request = { name: command.target, singleFile: command.singleFile };
    return reply(context.recorder.start(match.session, legOfFirstTag(match), request));
  }
  const target = parseCopyTarget(command.target, context.copier.rtcp);
  if (target === undefined) return protocolError('copyFailed');
  const address = context.copier.addressOf(target.host);
  if (typeof address === 'string') return copyTo({ host: address, port: target.port }, command, context, room);
  return address.then((found) =>
    found === undefined
      ? protocolError('copyFailed')
      : copyTo({ host: found, port: target.port }, command, context, room),
  );
}

async function reply(recorded: boolean | Promise<boolean>): Promise<Outcome> {
  return (await recorded) ? OK_REPLY : protocolError('copyFailed');
}

function copyTo(target: CopyTarget, command: CopyCommand, context: CommandContext, room: number): Outcome {
  // Looked for again: it may have ended while the name was looked up.
  const match = context.sessions.registry.find(command);
  if (match === undefined) return protocolError('sessionNotFound');
  const source = context.copier.start(match.session, legOfFirstTag(match), target);
  if (source === undefined) return protocolError('copyFailed');
  if (!command.reportPort) return OK_REPLY;
  const result = addressedPort(source.port, source.local);
  // The copy goes on, as in the C daemon.
  return leavesRoom(result, false, room) ? `${result}\n` : protocolError('copyFailed');
}
