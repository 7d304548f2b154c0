import type { LegIndex, SessionHandle } from '../addon/types.ts';
import type { SessionSelector } from '../protocol/command.ts';
import type { Session } from './session.ts';

/** A session that a command named, and in which direction it named it. */
export interface Match {
  readonly session: Session;
  /** The first tag of the command is the session's from-tag; otherwise the second one is. */
  readonly forward: boolean;
}

/** All sessions, by Call-ID and in order of creation, with the matching rules of protocol.md section 5. */
export class SessionRegistry {
  readonly #byCall = new Map<string, Session[]>();
  readonly #byHandle = new Map<number, Session>();

  get size(): number {
    return this.#byHandle.size;
  }

  add(session: Session): void {
    const call = this.#byCall.get(session.callId);
    if (call === undefined) this.#byCall.set(session.callId, [session]);
    else call.push(session);
    this.#byHandle.set(session.handle, session);
  }

  remove(session: Session): void {
    this.#byHandle.delete(session.handle);
    const call = this.#byCall.get(session.callId);
    if (call === undefined) return;
    call.splice(call.indexOf(session), 1);
    if (call.length === 0) this.#byCall.delete(session.callId);
  }

  byHandle(handle: SessionHandle): Session | undefined {
    return this.#byHandle.get(handle);
  }

  all(): Session[] {
    return [...this.#byHandle.values()];
  }

  /** Exact match, as U, L, C, P, S and Q use it. */
  find(selector: SessionSelector): Match | undefined {
    for (const session of this.#byCall.get(selector.callId) ?? []) {
      if (session.fromTag === selector.fromTag) return { session, forward: true };
      if (selector.toTag !== undefined && matchesReverse(session.fromTag, selector.toTag, selector.fromTag)) {
        return { session, forward: false };
      }
    }
    return undefined;
  }

  /** Every session of the Call-ID that prefix-matches, as D, R and N use it. */
  findAll(selector: SessionSelector): Match[] {
    const matches: Match[] = [];
    for (const session of this.#byCall.get(selector.callId) ?? []) {
      if (isTagOrMedium(session.fromTag, selector.fromTag)) matches.push({ session, forward: true });
      else if (selector.toTag !== undefined && isTagOrMedium(session.fromTag, selector.toTag)) {
        matches.push({ session, forward: false });
      }
    }
    return matches;
  }
}

/** The leg of the party that the command's first tag names: leg 1 on a forward match. */
export function legOfFirstTag(match: Match): LegIndex {
  return match.forward ? 1 : 0;
}

/** The second tag of the command names the session; the medium's number, if any, is that of the first. */
function matchesReverse(fromTag: string, to: string, from: string): boolean {
  if (fromTag === to) return true;
  if (!fromTag.startsWith(`${to};`)) return false;
  const medium = fromTag.slice(fromTag.lastIndexOf(';') + 1);
  const wanted = from.lastIndexOf(';');
  return wanted >= 0 && from.slice(wanted + 1) === medium;
}

function isTagOrMedium(fromTag: string, tag: string): boolean {
  return fromTag === tag || fromTag.startsWith(`${tag};`);
}
