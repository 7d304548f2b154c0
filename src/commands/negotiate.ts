import type { LegIndex } from '../addon/types.ts';
import type { MediaModifiers, SignalledPeer } from '../protocol/command.ts';
import { otherLeg, type Session } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';

/** The part that U, L and `&& L` have in common. */
export interface Negotiation {
  readonly modifiers: MediaModifiers;
  readonly peer: SignalledPeer;
}

/**
 * Applies a U, L or `&& L` to an existing session (protocol.md 6.5): `answer` is the leg whose port is the reply; the peer
 * is that of the other leg. False when the answer leg needed ports and got none: nothing has changed then.
 */
export function negotiate(sessions: Sessions, session: Session, answer: LegIndex, command: Negotiation): boolean {
  const { modifiers, peer } = command;
  const leg = session.legs[answer];
  if (leg.port === undefined || modifiers.newPort) {
    if (!sessions.open(session, answer, modifiers.moveTo ?? leg.local)) return false;
  }
  if (modifiers.weak) leg.weak = true;
  sessions.restartTimers(session);
  sessions.setPeer(session, otherLeg(answer), peer, modifiers);
  return true;
}
