import { createServer, type ListenOptions, type Server, type Socket } from 'node:net';
import type { Connection, ConnectionPool } from './connection-pool.ts';

const BACKLOG = 32;
/** Vanished TCP peers would hold their place for ever: there is no idle timeout (protocol.md 2.1). */
const KEEP_ALIVE_MS = 60_000;

/**
 * Starts serving an accepted socket. `release` gives its place back; it is called exactly once, when the socket is closed and
 * no command of it is left, but not after `close`.
 */
export type Serve = (socket: Socket, release: () => void) => Connection;

/** A listening stream socket and its connections. */
export class StreamServer {
  readonly #server: Server;
  readonly #connections: ConnectionPool;
  readonly #serve: Serve;
  readonly #admits: (socket: Socket) => boolean;
  #starting: Promise<void> | undefined;

  /** A connection that `admits` is false for is closed at once, and nobody gives way to it. */
  constructor(connections: ConnectionPool, serve: Serve, admits: (socket: Socket) => boolean = () => true) {
    this.#connections = connections;
    this.#serve = serve;
    this.#admits = admits;
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
    this.#connections.close();
    await closed;
  }

  #accept(socket: Socket): void {
    if (!this.#admits(socket)) {
      socket.destroy();
      return;
    }
    const connections = this.#connections;
    connections.makeRoom();
    const connection = this.#serve(socket, () => connections.delete(connection));
    connections.add(connection);
    socket.on('data', () => connections.touch(connection));
  }
}
