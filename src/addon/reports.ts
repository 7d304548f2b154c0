import { CONSTANTS, EVENT, type SessionFigures } from './contract.ts';
import { decodeEvents, type EngineEvent } from './events.ts';
import { sessionFigures, sessionRow } from './figures.ts';
import type { NativeEngine, RecordingReport, SessionHandle } from './types.ts';
import { decodeWatched, type WatchedPacket } from './watched.ts';

/** What the engine tells its owner, between commands. */
export interface EngineListener {
  event(event: EngineEvent): void;
  /** Not needed by an owner that watches nothing. */
  watched?(packet: WatchedPacket): void;
  /** A removed session has come back with its final figures; its ports are free. */
  retired(session: SessionHandle, figures: SessionFigures): void;
  /** Not needed by an owner that records nothing. */
  recording?(report: RecordingReport): void;
  /** Not needed by an owner that plays nothing. The token is that of `play`; `finished`: everything was played. */
  playerEnded?(token: number, finished: boolean): void;
}

/** Of each kind in one turn of the event loop: a few milliseconds of work, log lines included. */
export const REPORTS_PER_TURN = 64;

/** Room for watched packets: some dozens, which are small. */
const WATCHED_BYTES = 4 * CONSTANTS.longestWatched;

/** What the relay workers report, brought to the listener. */
export class Reports {
  readonly #native: NativeEngine;
  readonly #listener: EngineListener;
  readonly #events = Buffer.alloc(REPORTS_PER_TURN * EVENT.size);
  /** Of watched packets; undefined while they are being looked at. */
  #room: Buffer | undefined;
  readonly #figures = sessionRow();
  /** In their order: what happened in a session comes before its end. */
  readonly #kinds: readonly (() => number)[] = [
    () => this.#deliverEvents(),
    () => this.#deliverWatched(),
    () => this.#deliverRetired(),
    () => this.#deliverRecordings(),
    () => this.#deliverPlayerEnds(),
  ];
  #failures: unknown[] = [];
  #later: NodeJS.Immediate | undefined;
  #closed = false;

  constructor(native: NativeEngine, listener: EngineListener) {
    this.#native = native;
    this.#listener = listener;
  }

  /**
   * Delivers everything, even if the listener throws; the first exception is thrown again at the end.
   */
  deliverAll(): void {
    for (const deliver of this.#kinds) {
      while (deliver() === REPORTS_PER_TURN);
    }
    this.#throwFailure();
  }

  /** Delivers as much as a turn may have, and the rest in the next ones: commands and all else get theirs in between. */
  readonly deliverInTurns = (): void => {
    // Whoever called has been waiting for the same turn.
    if (this.#later !== undefined) return;
    if (this.#deliverSome()) {
      this.#later = setImmediate(() => {
        this.#later = undefined;
        this.deliverInTurns();
      });
    }
    this.#throwFailure();
  };

  /** From now on nothing is delivered; the listener may call it, too. */
  close(): void {
    this.#closed = true;
    clearImmediate(this.#later);
  }

  /** Delivers as much as a turn may have of each kind; true when there may be more. */
  #deliverSome(): boolean {
    const counts = this.#kinds.map((deliver) => deliver());
    return !this.#closed && counts.includes(REPORTS_PER_TURN);
  }

  #deliverEvents(): number {
    if (this.#closed) return 0;
    const count = this.#native.drainEvents(this.#events);
    for (const event of decodeEvents(this.#events, count)) {
      // The listener may close the engine.
      if (!this.#closed) this.#tell(() => this.#listener.event(event));
    }
    return count;
  }

  #deliverWatched(): number {
    let total = 0;
    while (total < REPORTS_PER_TURN && !this.#closed) {
      const count = this.#deliverSomeWatched(REPORTS_PER_TURN - total);
      if (count === 0) break;
      total += count;
    }
    return total;
  }

  /** The listener looks at packets in their room; should it have more of them delivered, these get another one. */
  #deliverSomeWatched(limit: number): number {
    const room = this.#room ?? Buffer.allocUnsafe(WATCHED_BYTES);
    this.#room = undefined;
    const count = this.#native.drainWatched(room, limit);
    for (const packet of decodeWatched(room, count)) {
      if (!this.#closed) this.#tell(() => this.#listener.watched?.(packet));
    }
    this.#room = room;
    return count;
  }

  #deliverRetired(): number {
    return this.#upToLimit(() => {
      const session = this.#native.nextRetired(this.#figures);
      if (session < 0) return false;
      const figures = sessionFigures(this.#figures);
      this.#tell(() => this.#listener.retired(session, figures));
      return true;
    });
  }

  #deliverRecordings(): number {
    return this.#upToLimit(() => {
      const report = this.#native.nextRecording();
      if (report === null) return false;
      this.#tell(() => this.#listener.recording?.(report));
      return true;
    });
  }

  #deliverPlayerEnds(): number {
    return this.#upToLimit(() => {
      const end = this.#native.nextEndedPlayer();
      if (end === null) return false;
      this.#tell(() => this.#listener.playerEnded?.(end.token, end.finished));
      return true;
    });
  }

  /** How often `deliver` had something, at most as often as a turn allows. */
  #upToLimit(deliver: () => boolean): number {
    let count = 0;
    while (count < REPORTS_PER_TURN && !this.#closed && deliver()) count++;
    return count;
  }

  #tell(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#failures.push(error);
    }
  }

  #throwFailure(): void {
    const [first] = this.#failures.splice(0);
    if (first !== undefined) throw first;
  }
}
