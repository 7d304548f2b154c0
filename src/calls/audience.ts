import type { CallListener } from './source.ts';
import type { CallView } from './view.ts';

interface Seat {
  readonly listener: CallListener;
  /** It has not been told every call yet. */
  fresh: boolean;
  /** Nobody sits there any more. */
  left: boolean;
}

/** Those who are told of calls. */
export class Audience {
  readonly #seats = new Set<Seat>();
  #ended: string[] = [];

  get empty(): boolean {
    return this.#seats.size === 0;
  }

  /** Returns what ends it. */
  add(listener: CallListener): () => void {
    const seat: Seat = { listener, fresh: true, left: false };
    this.#seats.add(seat);
    return () => {
      seat.left = true;
      this.#seats.delete(seat);
      if (this.empty) this.#ended = [];
    };
  }

  /** A round over all calls begins. */
  begin(): Telling {
    return new Telling([...this.#seats]);
  }

  /** A call has ended; it is told with `tellEnded`. */
  ended(id: string): void {
    if (!this.empty) this.#ended.push(id);
  }

  tellEnded(): void {
    if (this.#ended.length === 0) return;
    const ids = this.#ended;
    this.#ended = [];
    for (const { listener } of [...this.#seats]) listener.ended(ids);
  }
}

/** One round over all calls, for those who were there when it began. */
export class Telling {
  readonly #seats: readonly Seat[];
  readonly #fresh: readonly Seat[];

  constructor(seats: readonly Seat[]) {
    this.#seats = seats;
    this.#fresh = seats.filter(({ fresh }) => fresh);
  }

  /** Somebody has to be told every call, changed or not. */
  get toldAll(): boolean {
    return this.#fresh.length > 0;
  }

  /** A call; not `changed`: to those alone who have not been told every call yet. */
  tell(call: CallView, changed: boolean): void {
    for (const { listener, left } of changed ? this.#seats : this.#fresh) if (!left) listener.call(call);
  }

  /** Every call has been told. */
  end(): void {
    for (const { listener, left } of this.#seats) if (!left) listener.pause();
    for (const seat of this.#fresh) {
      seat.fresh = false;
      if (!seat.left) seat.listener.ready();
    }
  }
}
