/** Accepted connections of the whole daemon (protocol.md 2.1). */
export const MAX_CONNECTIONS = 99;

/** Counts the accepted connections of all listening sockets of the daemon against one limit. */
export class Connections {
  readonly #limit: number;
  #open = 0;
  #refused = 0;

  constructor(limit = MAX_CONNECTIONS) {
    this.#limit = limit;
  }

  get open(): number {
    return this.#open;
  }

  /** Clients turned away so far. */
  get refused(): number {
    return this.#refused;
  }

  /** Takes a place; false when all are taken, and the connection is to be closed at once. */
  acquire(): boolean {
    if (this.#open >= this.#limit) {
      this.#refused++;
      return false;
    }
    this.#open++;
    return true;
  }

  release(): void {
    this.#open--;
  }
}
