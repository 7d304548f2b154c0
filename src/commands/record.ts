import type { RecordCommand, StopRecordCommand } from '../protocol/command.ts';
import { protocolError } from '../protocol/errors.ts';
import { OK_REPLY } from '../protocol/reply.ts';
import { legOfFirstTag } from '../session/registry.ts';
import type { CommandContext, Outcome } from './context.ts';

/** R: records what the party named first sends, in every session that matches (protocol.md 8.5). The reply waits for the files. */
export async function record(command: RecordCommand, context: CommandContext): Promise<Outcome> {
  let recorded = false;
  for (const match of context.sessions.registry.findAll(command)) {
    const request = { name: undefined, singleFile: command.singleFile };
    if (await context.recorder.start(match.session, legOfFirstTag(match), request)) recorded = true;
  }
  return recorded ? OK_REPLY : protocolError('sessionNotFound');
}

/** N: ends recordings and copies of what the party named first sends, or of both parties (protocol.md 8.5). */
export function stopRecord(command: StopRecordCommand, context: CommandContext): Outcome {
  let stopped = false;
  for (const match of context.sessions.registry.findAll(command)) {
    const legs = command.bothLegs ? ([1, 0] as const) : [legOfFirstTag(match)];
    for (const leg of legs) if (context.taps.stop(match.session, leg)) stopped = true;
  }
  return stopped ? OK_REPLY : protocolError('sessionNotFound');
}
