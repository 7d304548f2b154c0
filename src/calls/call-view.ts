import type { SessionFigures } from '../addon/contract.ts';
import type { LegIndex } from '../addon/types.ts';
import { mediaNumber, otherLeg } from '../session/session.ts';
import type { CallHistory } from './history.ts';
import { legView } from './leg-view.ts';
import { rounded } from './units.ts';
import type { CallView, LegView } from './view.ts';

/** A call as observers see it; `now` is the time in milliseconds of the monotonic clock, `unix` the same of the calendar. */
export function callView(history: CallHistory, figures: SessionFigures, now: number, unix = Date.now()): CallView {
  const { session } = history;
  const roundTrip = roundTripOf(figures);
  const leg = (index: LegIndex): LegView =>
    legView({
      leg: session.legs[index],
      figures: figures.legs[index],
      heardType: figures.legs[otherLeg(index)].payloadType,
      history: history.legs[index],
      roundTrip,
      now: unix / 1000,
    });
  return {
    id: String(session.handle),
    call_id: session.callId,
    from_tag: session.fromTag,
    media: mediaNumber(session.fromTag),
    created_at: new Date(history.createdAt).toISOString(),
    duration_s: durationOf(history, now),
    complete: session.complete,
    ttl_s: figures.ttl,
    fork_target: figures.forkTarget !== 0,
    caller: leg(1),
    callee: leg(0),
  };
}

/** Seconds that a call has lasted. */
export function durationOf({ session }: CallHistory, now: number): number {
  return rounded((now - session.createdAt) / 1000, 1) ?? 0;
}

/** Between both parties, when RTCP of both tells how far they are. */
function roundTripOf({ legs: [callee, caller] }: SessionFigures): number | undefined {
  return callee.roundTrip < 0 || caller.roundTrip < 0 ? undefined : callee.roundTrip + caller.roundTrip;
}
