import type { DeleteCommand, SessionSelector } from '../protocol/command.ts';
import { protocolError } from '../protocol/errors.ts';
import { OK_REPLY } from '../protocol/reply.ts';
import { legOfFirstTag, type Match } from '../session/registry.ts';
import { mediaNumber, type Session } from '../session/session.ts';
import type { CommandContext, Outcome } from './context.ts';

/** D: takes away the claim of one party on its sessions; a session without claims ends (protocol.md 8.3). */
export function deleteSession(command: DeleteCommand, context: CommandContext): Outcome {
  return deleteMatching(command, command.weak, context) ? OK_REPLY : protocolError('sessionNotFound');
}

/** X: ends every session at once, without notifications (protocol.md 8.2). */
export function deleteAll(context: CommandContext): Outcome {
  for (const session of context.sessions.registry.all()) context.sessions.remove(session);
  return OK_REPLY;
}

/** The work of D and `&& D`; false when no session matched. */
export function deleteMatching(selector: SessionSelector, weak: boolean, context: CommandContext): boolean {
  const matches = context.sessions.registry.findAll(selector);
  for (const match of matches) {
    const { session } = match;
    const flag = clearFlag(match, weak);
    if (session.strong || session.legs[0].weak || session.legs[1].weak) {
      log(session, context, `removing ${flag} flag, seeing flags to continue session (${flagsText(session)})`);
      continue;
    }
    const ports = `${session.legs[0].port ?? 0}/${session.legs[1].port ?? 0}`;
    context.logger.log(
      'INFO',
      'delete',
      `forcefully deleting session ${mediaNumber(session.fromTag)} on ports ${ports}`,
      session.callId,
    );
    context.sessions.remove(session);
    // A session under exactly the given tag is all that was meant; one under `tag;medium` may have sisters.
    if (session.fromTag === (match.forward ? selector.fromTag : selector.toTag)) break;
  }
  return matches.length > 0;
}

function clearFlag(match: Match, weak: boolean): string {
  const { session } = match;
  if (!weak) {
    session.strong = false;
    return 'strong';
  }
  const leg = legOfFirstTag(match);
  session.legs[leg].weak = false;
  return `weak[${leg}]`;
}

function flagsText({ strong, legs }: Session): string {
  return `strong=${Number(strong)}, weak=${Number(legs[0].weak)}/${Number(legs[1].weak)}`;
}

function log(session: Session, context: CommandContext, text: string): void {
  context.logger.log('INFO', 'delete', `delete: medianum=${mediaNumber(session.fromTag)}: ${text}`, session.callId);
}
