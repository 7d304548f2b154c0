import { OK_REPLY } from '../protocol/reply.ts';
import type { CommandContext, Outcome } from './context.ts';

/** X: ends every session at once, without notifications (protocol.md 8.2). */
export function deleteAll(context: CommandContext): Outcome {
  for (const session of context.sessions.registry.all()) context.sessions.remove(session);
  return OK_REPLY;
}
