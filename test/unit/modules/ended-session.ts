import type { LegFigures } from '../../../src/addon/contract.ts';
import { CallHistory } from '../../../src/calls/history.ts';
import { EndedCall } from '../../../src/calls/record.ts';
import type { EndedSession } from '../../../src/modules/module.ts';
import type { Session } from '../../../src/session/session.ts';
import { sessionStats } from '../session/stats.ts';
import { testSession } from '../session/test-session.ts';

/** The report of a session that was ended by a command. */
export function endedSession(
  parts: {
    readonly session?: Session;
    readonly callee?: Partial<LegFigures>;
    readonly caller?: Partial<LegFigures>;
    readonly setupAt?: number;
    readonly endedAt?: number;
  } = {},
): EndedSession {
  const { session = testSession('call', 'tag'), callee = {}, caller = {}, setupAt = 1, endedAt = 2 } = parts;
  const figures = sessionStats(0, callee, caller);
  const end = { reason: 'deleted', at: 0, unix: 1000 * endedAt } as const;
  const { record } = new EndedCall(new CallHistory(session, 1, 0), figures, end);
  return { session, figures, setupAt, endedAt, record };
}
