import type { Connections } from './connections.ts';
import { ControlBindError } from './errors.ts';
import { serveLines } from './line-connection.ts';
import { serveSingleCommand } from './single-command.ts';
import type { PathSpec } from './spec.ts';
import { StreamServer } from './stream-server.ts';
import type { CommandHandler, Peer, Transport } from './transport.ts';
import { bindErrorCode, closeKeepingForeign, fileAt, removeStaleSocket, type SocketFile } from './unix-path.ts';

const PEER: Peer = { transport: 'unix' };

/** `unix:` (one command per connection) and `cunix:` (lines on connections that stay open) (protocol.md 2). */
export class UnixTransport implements Transport {
  readonly #spec: PathSpec;
  readonly #connections: Connections;
  #server: StreamServer | undefined;
  #file: SocketFile | undefined;
  #starting: Promise<void> | undefined;
  #closed = false;

  constructor(spec: PathSpec, connections: Connections) {
    this.#spec = spec;
    this.#connections = connections;
  }

  get name(): string {
    return this.#spec.text;
  }

  /** Absolute path of the socket, for setting its owner and mode (cli.md 8). */
  get path(): string {
    return this.#spec.path;
  }

  /** Rejects with ControlBindError: EADDRINUSE when another daemon answers at the path or something else lies there. */
  start(handler: CommandHandler): Promise<void> {
    const started = this.#listen(handler);
    this.#starting = started.catch(() => {});
    return started;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#starting;
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
      await removeStaleSocket(path);
      await server.listen({ path });
    } catch (error) {
      throw new ControlBindError(this.name, bindErrorCode(error, path));
    }
    this.#server = server;
    this.#file = fileAt(path);
  }
}
