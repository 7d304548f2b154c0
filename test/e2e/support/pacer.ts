interface Task {
  readonly due: number;
  readonly act: () => void;
}

/** How far it may be behind, in ms: what is due within so much time is made up for. */
const BEHIND_MS = 20;

/**
 * One clock for all who send: it does what is due in the order in which it became due. With a timer for each sender, the first
 * one would catch up with all that it owes after a stall of this process, while the others still look silent. And the clock
 * stands still during a stall: afterwards all go on at their pace, without a burst that a phone would not send.
 */
export class Pacer {
  /** In the order in which they are due. */
  readonly #tasks: Task[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** Time of stalls, in ms. */
  #lost = 0;

  /** The time of this clock, in ms. */
  get now(): number {
    return performance.now() - this.#lost;
  }

  /** Does it at this time, after all that was to be done by then. */
  at(due: number, act: () => void): void {
    const later = this.#tasks.findIndex((task) => task.due > due);
    const place = later < 0 ? this.#tasks.length : later;
    this.#tasks.splice(place, 0, { due, act });
    if (place === 0) this.#wait();
  }

  #run(): void {
    const behind = this.now - (this.#tasks[0]?.due ?? this.now);
    this.#lost += Math.max(0, behind - BEHIND_MS);
    for (let next = this.#due(); next !== undefined; next = this.#due()) next.act();
    this.#wait();
  }

  #due(): Task | undefined {
    const [first] = this.#tasks;
    return first !== undefined && first.due <= this.now ? this.#tasks.shift() : undefined;
  }

  #wait(): void {
    clearTimeout(this.#timer);
    const [first] = this.#tasks;
    if (first === undefined) return;
    this.#timer = setTimeout(() => this.#run(), Math.ceil(first.due - this.now));
  }
}
