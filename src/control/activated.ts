import type { ConnectionPool } from './connection-pool.ts';
import { ControlSocketError, errorCode } from './errors.ts';
import { serveLines } from './line-session.ts';
import type { SystemdSpec } from './spec.ts';
import { StreamServer } from './stream-server.ts';
import type { CommandHandler, Peer, Transport } from './transport.ts';

const PEER: Peer = { transport: 'unix' };

/** Descriptors that the service manager has passed. */
export interface Activation {
  /** The first of them; the others follow. */
  readonly fd: number;
  readonly count: number;
}

/** Nothing usable was passed; the daemon prints its own last line only, like the C daemon. */
class NotActivatedError extends ControlSocketError {
  override readonly lines: readonly string[] = [];

  constructor(code: string) {
    super(code, 'no socket was passed');
  }
}

/** `systemd:`: a listening Unix stream socket from the service manager, with lines on connections that stay open (cli.md 11). */
export class ActivatedTransport implements Transport {
  readonly #spec: SystemdSpec;
  readonly #connections: ConnectionPool;
  readonly #activation: Activation;
  #server: StreamServer | undefined;

  constructor(spec: SystemdSpec, connections: ConnectionPool, activation: Activation) {
    this.#spec = spec;
    this.#connections = connections;
    this.#activation = activation;
  }

  get name(): string {
    return this.#spec.text;
  }

  /** Rejects with ControlSocketError. */
  async start(handler: CommandHandler): Promise<void> {
    const { fd, count } = this.#activation;
    if (count > 1) throw new ControlSocketError('EINVAL', 'Too many file descriptors received.');
    if (count < 1) throw new NotActivatedError('ENOENT');
    const server = new StreamServer(this.#connections, (socket, release) => serveLines(socket, PEER, handler, release));
    this.#server = server;
    try {
      await server.listen({ fd });
    } catch (error) {
      throw new NotActivatedError(errorCode(error));
    }
    if (server.port !== 0) throw new NotActivatedError('EAFNOSUPPORT');
  }

  /** The socket file stays: it is the service manager's. */
  async close(): Promise<void> {
    await this.#server?.close();
    this.#server = undefined;
  }
}
