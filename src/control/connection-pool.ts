/** Connections of one control socket that are open at once (docs/operate.md, "Control sockets"). */
export const MAX_CONNECTIONS = 99;

/** What the pool needs of a connection: an end to it at once. */
export interface Connection {
  close(): void;
}

/**
 * The connections of one control socket. Nobody is turned away: when all places are taken, the connection that has sent
 * nothing for the longest time gives way. Other sockets have places of their own.
 */
export class ConnectionPool {
  readonly #limit: number;
  readonly #displaced: (count: number) => void;
  /** The one that has been idle longest is the first. */
  readonly #open = new Set<Connection>();
  #count = 0;

  /** `displaced` hears how many connections had to give way so far. */
  constructor(limit = MAX_CONNECTIONS, displaced: (count: number) => void = () => {}) {
    this.#limit = limit;
    this.#displaced = displaced;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Frees a place for one more connection. */
  makeRoom(): void {
    if (this.#open.size < this.#limit) return;
    for (const idlest of this.#open) {
      this.#open.delete(idlest);
      idlest.close();
      break;
    }
    this.#displaced(++this.#count);
  }

  add(connection: Connection): void {
    this.#open.add(connection);
  }

  /** The connection has sent something. */
  touch(connection: Connection): void {
    if (this.#open.delete(connection)) this.#open.add(connection);
  }

  delete(connection: Connection): void {
    this.#open.delete(connection);
  }

  /** Closes all. */
  close(): void {
    for (const connection of this.#open) connection.close();
    this.#open.clear();
  }
}
