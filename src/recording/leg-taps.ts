import type { Engine } from '../addon/engine.ts';
import type { LegIndex } from '../addon/types.ts';
import type { Session } from '../session/session.ts';

/** What takes the packets of a leg: a recording or a copy. */
export interface LegTap {
  /** It takes no more of this leg. The engine knows already. */
  ended(): void;
}

type TapsOfSession = [LegTap | undefined, LegTap | undefined];

/** Which legs are recorded or copied: at most one recording or copy for each (media.md 6.6). */
export class LegTaps {
  readonly #engine: Engine;
  readonly #taps = new Map<Session, TapsOfSession>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  get(session: Session, leg: LegIndex): LegTap | undefined {
    return this.#taps.get(session)?.[leg];
  }

  set(session: Session, leg: LegIndex, tap: LegTap): void {
    let taps = this.#taps.get(session);
    if (taps === undefined) {
      taps = [undefined, undefined];
      this.#taps.set(session, taps);
    }
    taps[leg] = tap;
  }

  /** Ends what takes the leg's packets; false when nothing does. */
  stop(session: Session, leg: LegIndex): boolean {
    const taps = this.#taps.get(session);
    const tap = taps?.[leg];
    if (taps === undefined || tap === undefined) return false;
    this.#engine.stopTap(session.handle, leg);
    taps[leg] = undefined;
    tap.ended();
    return true;
  }

  /** For the observer of sessions: the engine has ended everything of a session with the session itself. */
  removed(session: Session): void {
    const taps = this.#taps.get(session);
    if (taps === undefined) return;
    this.#taps.delete(session);
    for (const tap of taps) tap?.ended();
  }
}
