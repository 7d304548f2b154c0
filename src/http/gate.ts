/** Lets so many in at once. */
export class Gate {
  readonly #limit: number;
  #inside = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** False: it is full. Whoever is let in leaves once. */
  enter(): boolean {
    if (this.#inside >= this.#limit) return false;
    this.#inside++;
    return true;
  }

  leave(): void {
    this.#inside--;
  }
}
