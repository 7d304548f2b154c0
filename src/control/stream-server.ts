import { createServer, type ListenOptions, type Server, type Socket } from 'node:net';
import type { Connections } from './connections.ts';

const BACKLOG = 32;
/** Vanished TCP peers would hold their place for ever: there is no idle timeout (protocol.md 2.1). */
const KEEP_ALIVE_MS = 60_000;

/** What a listening socket needs of a connection: an end to it at once. */
export interface Connection {
  close(): void;
}

/**
 * Starts serving an accepted socket. `release` gives its place back; it is called exactly once, when the socket is closed and
 * no command of it is left, but not after `close`.
 */
export type Serve = (socket: Socket, release: () => void) => Connection;

/** A listening stream socket and its connections, which count against the limit of the daemon. */
export class StreamServer {
  readonly #server: Server;
  readonly #connections: Connections;
  readonly #serve: Serve;
  readonly #open = new Set<Connection>();
  #starting: Promise<void> | undefined;

  constructor(connections: Connections, serve: Serve) {
    this.#connections = connections;
    this.#serve = serve;
    // Half-open: a client may shut down its write side and still wants the replies.
    const options = {
      allowHalfOpen: true,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_MS,
    };
    this.#server = createServer(options, (socket) => this.#accept(socket));
  }

  /** Bound port of a TCP server, 0 before that. */
  get port(): number {
    const address = this.#server.address();
    return address === null || typeof address === 'string' ? 0 : address.port;
  }

  /** Binds and listens; a numeric host only. `fd` is a socket that listens already. Rejects with the system error. */
  listen(options: ListenOptions | { readonly fd: number }): Promise<void> {
    const server = this.#server;
    const started = new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ ...options, backlog: BACKLOG, exclusive: true }, () => {
        server.off('error', reject);
        // A failed accept() concerns one client. Without a free descriptor libuv closes that client unasked.
        server.on('error', () => {});
        resolve();
      });
    });
    const settled = () => {
      this.#starting = undefined;
    };
    this.#starting = started.then(settled, settled);
    return started;
  }

  /** Closes the listening socket before it returns, unless it is just starting; resolves when all is closed. */
  async close(): Promise<void> {
    if (this.#starting !== undefined) await this.#starting;
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    for (const connection of this.#open) {
      connection.close();
      this.#connections.release();
    }
    this.#open.clear();
    await closed;
  }

  #accept(socket: Socket): void {
    if (!this.#connections.acquire()) {
      socket.on('error', () => {}).destroy();
      return;
    }
    const connection = this.#serve(socket, () => {
      if (this.#open.delete(connection)) this.#connections.release();
    });
    this.#open.add(connection);
  }
}
