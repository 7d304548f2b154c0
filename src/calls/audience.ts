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
  readonly #fresh: readonly Seat[];
  readonly #others: readonly Seat[];

  constructor(seats: readonly Seat[]) {
    this.#fresh = seats.filter(({ fresh }) => fresh);
    this.#others = seats.filter(({ fresh }) => !fresh);
  }

  /** Somebody has to be told every call, changed or not. */
  get toldAll(): boolean {
    return this.#fresh.length > 0;
  }

  /** Some calls, and those of them that have changed. */
  tell(all: readonly CallView[], changed: readonly CallView[]): void {
    if (all.length > 0) tellCalls(this.#fresh, all);
    if (changed.length > 0) tellCalls(this.#others, changed);
  }

  /** Every call has been told. */
  end(): void {
    for (const seat of this.#fresh) {
      seat.fresh = false;
      if (!seat.left) seat.listener.ready();
    }
  }
}

function tellCalls(seats: readonly Seat[], calls: readonly CallView[]): void {
  for (const { listener, left } of seats) if (!left) listener.calls(calls);
}
