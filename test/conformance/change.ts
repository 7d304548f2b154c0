/** Lets a reader wait until what arrives by events meets a condition. */
export class Change {
  readonly #waiting = new Set<() => void>();

  /** To be called after every event that may have changed the condition. */
  announce(): void {
    for (const look of [...this.#waiting]) look();
  }

  /** Waits until the condition holds, at most that many milliseconds. */
  until(condition: () => boolean, ms: number): Promise<void> {
    return new Promise((resolve) => {
      const finish = () => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve();
      };
      const look = () => {
        if (condition()) finish();
      };
      const timer = setTimeout(finish, ms);
      this.#waiting.add(look);
      look();
    });
  }
}
