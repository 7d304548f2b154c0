import type { LegIndex, SessionHandle } from '../addon/types.ts';
import type { Session } from '../session/session.ts';

/** Payload types of a leg that somebody looks at. */
interface Wish {
  readonly watched: readonly number[];
  readonly hidden: readonly number[];
}

/** What the engine is told. */
export interface PayloadWatcher {
  watchPayloads(session: SessionHandle, leg: LegIndex, watched: readonly number[], hidden: readonly number[]): void;
}

/** Who looks at which payload types: the engine knows what all want together, each gets its own. */
export class WatchedPayloads<Viewer extends object> {
  readonly #engine: PayloadWatcher;
  /** By session and leg. */
  readonly #wishes = new Map<SessionHandle, readonly [Map<Viewer, Wish>, Map<Viewer, Wish>]>();

  constructor(engine: PayloadWatcher) {
    this.#engine = engine;
  }

  /** In place of what that viewer has asked for before. @throws RangeError for what is no leg or no payload type */
  watch(
    viewer: Viewer,
    { handle, ended }: Session,
    leg: LegIndex,
    watched: readonly number[],
    hidden: readonly number[],
  ): void {
    if (leg !== 0 && leg !== 1) throw new RangeError(`${String(leg)} is no leg`);
    for (const type of [...watched, ...hidden]) {
      if (!Number.isInteger(type) || type < 0 || type > 127) throw new RangeError(`${type} is no payload type`);
    }
    if (ended) return;
    const legs = this.#wishes.get(handle) ?? [new Map<Viewer, Wish>(), new Map<Viewer, Wish>()];
    this.#wishes.set(handle, legs);
    legs[leg].set(viewer, { watched: [...watched], hidden: hidden.filter((type) => watched.includes(type)) });
    this.#tell(handle, leg);
  }

  /** Whether a packet of that payload type is for the viewer. */
  wants(viewer: Viewer, session: SessionHandle, leg: LegIndex, type: number): boolean {
    return this.#wishes.get(session)?.[leg].get(viewer)?.watched.includes(type) ?? false;
  }

  /** That viewer looks at nothing any more. */
  leave(viewer: Viewer): void {
    for (const [handle, legs] of this.#wishes) {
      for (const leg of [0, 1] as const) if (legs[leg].delete(viewer)) this.#tell(handle, leg);
    }
  }

  /** The session has ended for the engine, which forgets by itself. */
  forget(session: SessionHandle): void {
    this.#wishes.delete(session);
  }

  #tell(handle: SessionHandle, leg: LegIndex): void {
    const wishes = [...(this.#wishes.get(handle)?.[leg].values() ?? [])];
    const union = (of: keyof Wish): number[] => [...new Set(wishes.flatMap((wish) => wish[of]))];
    this.#engine.watchPayloads(handle, leg, union('watched'), union('hidden'));
  }
}
