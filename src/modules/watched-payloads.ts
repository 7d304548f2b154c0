import type { LegIndex, SessionHandle } from '../addon/types.ts';
import type { Session } from '../session/session.ts';

/** Payload types of a leg that somebody looks at. */
interface Wish {
  readonly watched: readonly number[];
  readonly hidden: readonly number[];
}

/** All that was asked for of a session. */
interface Wishes<Viewer> {
  readonly session: Session;
  /** By leg. */
  readonly legs: readonly [Map<Viewer, Wish>, Map<Viewer, Wish>];
}

/** What the engine is told. */
export interface PayloadWatcher {
  watchPayloads(session: SessionHandle, leg: LegIndex, watched: readonly number[], hidden: readonly number[]): void;
}

/** Who looks at which payload types: the engine knows what all want together, each gets its own. */
export class WatchedPayloads<Viewer extends object> {
  readonly #engine: PayloadWatcher;
  /** Of sessions that have not been forgotten; those of an ended one are still there for packets that were on their way. */
  readonly #wishes = new Map<SessionHandle, Wishes<Viewer>>();

  constructor(engine: PayloadWatcher) {
    this.#engine = engine;
  }

  /** In place of what that viewer has asked for before. @throws RangeError for what is no leg or no payload type */
  watch(viewer: Viewer, session: Session, leg: LegIndex, watched: readonly number[], hidden: readonly number[]): void {
    if (leg !== 0 && leg !== 1) throw new RangeError(`${String(leg)} is no leg`);
    for (const type of [...watched, ...hidden]) {
      if (!Number.isInteger(type) || type < 0 || type > 127) throw new RangeError(`${type} is no payload type`);
    }
    if (session.ended) return;
    const wishes = this.#wishes.get(session.handle) ?? { session, legs: [new Map(), new Map()] };
    this.#wishes.set(session.handle, wishes);
    wishes.legs[leg].set(viewer, { watched: [...watched], hidden: hidden.filter((type) => watched.includes(type)) });
    this.#tell(wishes, leg);
  }

  /** Whether a packet of that payload type is for the viewer. */
  wants(viewer: Viewer, session: SessionHandle, leg: LegIndex, type: number): boolean {
    return this.#wishes.get(session)?.legs[leg].get(viewer)?.watched.includes(type) ?? false;
  }

  /** That viewer looks at nothing any more. The engine is told of every session; the first exception is thrown again at the end. */
  leave(viewer: Viewer): void {
    const failures: unknown[] = [];
    for (const wishes of this.#wishes.values()) {
      for (const leg of [0, 1] as const) {
        try {
          if (wishes.legs[leg].delete(viewer)) this.#tell(wishes, leg);
        } catch (error) {
          failures.push(error);
        }
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  /** The engine has let go of the session. */
  forget(session: SessionHandle): void {
    this.#wishes.delete(session);
  }

  #tell({ session, legs }: Wishes<Viewer>, leg: LegIndex): void {
    // Of an ended session the engine takes nothing any more.
    if (session.ended) return;
    const wishes = [...legs[leg].values()];
    const union = (of: keyof Wish): number[] => [...new Set(wishes.flatMap((wish) => wish[of]))];
    this.#engine.watchPayloads(session.handle, leg, union('watched'), union('hidden'));
  }
}
