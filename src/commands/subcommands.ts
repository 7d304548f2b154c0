import type { LegIndex } from '../addon/types.ts';
import type { SubCommand } from '../protocol/command.ts';
import { portResult, SUB_COMMAND_FAILED, type SubResult, textResult } from '../protocol/reply.ts';
import { legOfFirstTag } from '../session/registry.ts';
import { otherLeg, type Session } from '../session/session.ts';
import type { CommandContext } from './context.ts';
import { deleteMatching } from './delete.ts';
import { negotiate } from './negotiate.ts';

/**
 * Runs the `&&` part of a command that succeeded, in order, up to the first failure (protocol.md 7). `forward` is the leg
 * whose peer the main command named; without `modules` theirs do nothing.
 */
export function runSubCommands(
  commands: readonly SubCommand[],
  session: Session,
  forward: LegIndex,
  context: CommandContext,
  modules = true,
): SubResult[] {
  const results: SubResult[] = [];
  const run = { session, forward, context, modules };
  for (const command of commands) {
    const result = runOne(command, run);
    results.push(result);
    if (result === SUB_COMMAND_FAILED) break;
  }
  return results;
}

interface Run {
  readonly session: Session;
  /** `&& L` turns the roles of the legs around for what follows. */
  forward: LegIndex;
  readonly context: CommandContext;
  readonly modules: boolean;
}

function runOne(command: SubCommand, run: Run): SubResult {
  const { session, context } = run;
  const { sessions } = context;
  if (command.kind === 'delete') {
    const selector = { callId: session.callId, fromTag: session.fromTag, toTag: undefined };
    return deleteMatching(selector, command.weak, context) ? undefined : SUB_COMMAND_FAILED;
  }
  // An earlier `&& D` may have ended the session: its settings may still be changed, to no effect.
  const { ended } = session;
  switch (command.kind) {
    case 'lookup': {
      if (ended) return SUB_COMMAND_FAILED;
      const answer = run.forward;
      if (!negotiate(sessions, session, answer, command)) return SUB_COMMAND_FAILED;
      run.forward = otherLeg(answer);
      return textResult(portResult(session.legs[answer].port ?? 0, session.legs[answer].local));
    }
    case 'ttl':
      if (!ended) sessions.setTtl(session, command.reverse ? otherLeg(run.forward) : run.forward, command.seconds);
      return undefined;
    case 'tos': {
      const leg = command.reverse ? otherLeg(run.forward) : run.forward;
      if (ended) return session.legs[leg].local.family === 4 ? undefined : SUB_COMMAND_FAILED;
      return sessions.setTos(session, leg, command.value) ? undefined : SUB_COMMAND_FAILED;
    }
    case 'module':
      // The C daemon carries these out in U and L only.
      if (!run.modules) return undefined;
      if (ended) return SUB_COMMAND_FAILED;
      return context.modules?.subCommand(command.id, command.instance, session, run.forward, command.args);
    case 'copy': {
      const match = sessions.registry.find(command);
      if (match === undefined || match.session === session) return SUB_COMMAND_FAILED;
      const forked = sessions.fork(session, run.forward, match.session, legOfFirstTag(match));
      return forked ? undefined : SUB_COMMAND_FAILED;
    }
  }
}
