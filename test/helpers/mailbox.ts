import { within } from './deadline.ts';

const ARRIVAL_MS = 8000;

/** What has arrived and was not taken yet, in order. */
export class Mailbox<T> {
  readonly #arrived: T[] = [];
  readonly #waiting: ((item: T) => void)[] = [];

  put(item: T): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#arrived.push(item);
    else next(item);
  }

  /** The oldest item; rejects when none comes within 8 s. */
  take(what: string): Promise<T> {
    const known = this.#arrived.shift();
    if (known !== undefined) return Promise.resolve(known);
    const arrival = new Promise<T>((resolve) => {
      this.#waiting.push(resolve);
    });
    return within(arrival, ARRIVAL_MS, what);
  }
}
