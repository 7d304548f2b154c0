import type { Session, SessionLeg } from '../../../src/session/session.ts';
import { sessionHandle } from '../../helpers/session-handle.ts';
import { V4 } from '../protocol/address-book.ts';

let handles = 0;

/** A session as the registry and the reports see it. */
export function testSession(callId: string, fromTag: string, rest: Partial<Session> = {}): Session {
  const leg = (): SessionLeg => ({
    port: undefined,
    local: V4,
    weak: false,
    peer: undefined,
    asymmetric: false,
    holds: 0,
    codecs: undefined,
    ptime: undefined,
    tos: undefined,
  });
  return {
    callId,
    fromTag,
    handle: sessionHandle(++handles),
    legs: [leg(), leg()],
    strong: true,
    complete: false,
    ended: false,
    createdAt: 0,
    notify: undefined,
    toTag: undefined,
    ...rest,
  };
}
