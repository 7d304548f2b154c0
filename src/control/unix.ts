import type { ConnectionPool } from './connection-pool.ts';
import { ControlBindError } from './errors.ts';
import { serveLines } from './line-session.ts';
import { serveSingleCommand } from './single-command.ts';
import { applyAccess, bindClosed, type SocketAccess } from './socket-access.ts';
import type { PathSpec } from './spec.ts';
import { StreamServer } from './stream-server.ts';
import type { CommandHandler, Peer, Transport } from './transport.ts';
import { bindErrorCode, closeKeepingForeign, fileAt, makeRoom, type SocketFile } from './unix-path.ts';

const PEER: Peer = { transport: 'unix' };

/** `unix:` (one command per connection) and `cunix:` (lines on connections that stay open) (protocol.md 2). */
export class UnixTransport implements Transport {
  readonly #spec: PathSpec;
  readonly #connections: ConnectionPool;
  readonly #access: SocketAccess;
  #server: StreamServer | undefined;
  #file: SocketFile | undefined;
  #starting: Promise<void> | undefined;
  #closed = false;

  constructor(spec: PathSpec, connections: ConnectionPool, access: SocketAccess = {}) {
    this.#spec = spec;
    this.#connections = connections;
    this.#access = access;
  }

  get name(): string {
    return this.#spec.text;
  }

  /** Absolute path of the socket. */
  get path(): string {
    return this.#spec.path;
  }

  /**
   * Rejects with ControlSocketError: EADDRINUSE when another daemon answers at the path or something else lies there; or
   * when the owner or the mode of the socket cannot be set.
   */
  start(handler: CommandHandler): Promise<void> {
    const started = this.#listen(handler);
    this.#starting = started.catch(() => {});
    return started;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#server === undefined) await this.#starting;
    const server = this.#server;
    if (server === undefined) return;
    let closed: Promise<void> | undefined;
    closeKeepingForeign(this.path, this.#file, () => {
      closed = server.close();
    });
    await closed;
  }

  async #listen(handler: CommandHandler): Promise<void> {
    const { kind, path } = this.#spec;
    const serve = kind === 'unix' ? serveSingleCommand : serveLines;
    const server = new StreamServer(this.#connections, (socket, release) => serve(socket, PEER, handler, release));
    if (this.#closed) throw new ControlBindError(this.name, 'ECANCELED');
    try {
      await makeRoom(path);
      await bindClosed(this.#access, () => server.listen({ path }));
    } catch (error) {
      throw new ControlBindError(this.name, bindErrorCode(error, path));
    }
    this.#server = server;
    this.#file = fileAt(path);
    applyAccess(path, this.#access);
  }
}
