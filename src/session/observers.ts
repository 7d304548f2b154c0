import type { SessionFigures } from '../addon/contract.ts';
import type { Session } from './session.ts';

/** Hears of the turns in sessions' lives. */
export interface SessionObserver {
  created(session: Session): void;
  completed(session: Session): void;
  /** Signalling has said something of a leg, by `U` or `L`. */
  signalled(session: Session): void;
  /** It is gone from the control plane; `timedOut` tells why. */
  removed(session: Session, timedOut: boolean): void;
  /** The engine has let go of it, with its final figures. */
  retired(session: Session, figures: SessionFigures): void;
}

/** Several observers in the place of one; each hears of everything, in the given order. */
export class Observers implements SessionObserver {
  readonly #observers: Partial<SessionObserver>[];

  constructor(observers: readonly Partial<SessionObserver>[]) {
    this.#observers = [...observers];
  }

  /** One more, which hears of sessions that are created from now on from their beginning. */
  add(observer: Partial<SessionObserver>): void {
    this.#observers.push(observer);
  }

  created(session: Session): void {
    for (const observer of this.#observers) observer.created?.(session);
  }

  completed(session: Session): void {
    for (const observer of this.#observers) observer.completed?.(session);
  }

  signalled(session: Session): void {
    for (const observer of this.#observers) observer.signalled?.(session);
  }

  removed(session: Session, timedOut: boolean): void {
    for (const observer of this.#observers) observer.removed?.(session, timedOut);
  }

  retired(session: Session, figures: SessionFigures): void {
    for (const observer of this.#observers) observer.retired?.(session, figures);
  }
}
