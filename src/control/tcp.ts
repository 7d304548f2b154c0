import { isIPv4, type Socket } from 'node:net';
import type { Connection, ConnectionPool } from './connection-pool.ts';
import { ControlBindError, errorCode } from './errors.ts';
import { foreignProtocol } from './foreign-protocol.ts';
import { serveLines } from './line-session.ts';
import { type HostSpec, resolveHost } from './spec.ts';
import { type Serve, StreamServer } from './stream-server.ts';
import type { CommandHandler, Peer, Transport } from './transport.ts';

/** `tcp:` and `tcp6:`: LF-terminated lines on connections that stay open (protocol.md 2). */
export class TcpTransport implements Transport {
  readonly #spec: HostSpec;
  readonly #connections: ConnectionPool;
  readonly #warn: (text: string) => void;
  readonly #allows: (host: string) => boolean;
  /** Who has connected. */
  readonly #peers = new Map<Connection, Peer>();
  #denied = 0;
  #server: StreamServer | undefined;
  #closed = false;

  /** `allows` tells who may connect, by numeric address: everybody when absent. */
  constructor(
    spec: HostSpec,
    connections: ConnectionPool,
    warn: (text: string) => void = () => {},
    allows: (host: string) => boolean = () => true,
  ) {
    this.#spec = spec;
    this.#connections = connections;
    this.#warn = warn;
    this.#allows = allows;
  }

  get name(): string {
    return this.#spec.text;
  }

  /** Bound port; 0 unless listening. */
  get port(): number {
    return this.#server?.port ?? 0;
  }

  /** Rejects with ControlSpecError (unknown name) or ControlBindError. */
  async start(handler: CommandHandler): Promise<void> {
    const host = await resolveHost(this.#spec);
    if (this.#closed) throw new ControlBindError(this.name, 'ECANCELED');
    const serve: Serve = (socket, release) => {
      const peer = peerOf(socket);
      const connection = serveLines(socket, peer, handler, release, (first) => this.#refuses(first, peer));
      this.#peers.set(connection, peer);
      socket.once('close', () => this.#peers.delete(connection));
      return connection;
    };
    const server = new StreamServer(this.#connections, serve, (socket) => this.#admits(peerOf(socket)));
    this.#server = server;
    try {
      await server.listen({ host, port: this.#spec.port });
    } catch (error) {
      throw new ControlBindError(this.name, errorCode(error));
    }
  }

  /** The first one, the tenth, and so on that is turned away is told. A client that is gone already has no address. */
  #admits({ host = '' }: Peer): boolean {
    if (this.#allows(host)) return true;
    this.#denied++;
    if (/^10*$/.test(String(this.#denied))) {
      this.#warn(
        `${this.name}: ${host || 'a client that is gone'} may not connect, ${this.#denied} turned away so far; see --control-allow`,
      );
    }
    return false;
  }

  turnAway(): void {
    for (const [connection, peer] of this.#peers) {
      if (this.#admits(peer)) continue;
      this.#connections.delete(connection);
      connection.close();
    }
  }

  #refuses(first: Uint8Array, { host = 'a client that is gone' }: Peer): boolean {
    const protocol = foreignProtocol(first);
    if (protocol === undefined) return false;
    this.#warn(`${this.name}: ${protocol} from ${host} was refused`);
    return true;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#server?.close();
  }
}

function peerOf(socket: Socket): Peer {
  const { remoteAddress: host, remotePort: port, localAddress: localHost } = socket;
  // A client that is already gone again has no address, but its commands may still be there.
  if (host === undefined || port === undefined || localHost === undefined) return { transport: 'tcp' };
  return { transport: 'tcp', host: unmapped(host), port, localHost: unmapped(localHost) };
}

/** Shows the IPv4 client of a dual-stack socket (`::ffff:192.0.2.1`) by its IPv4 address. */
export function unmapped(address: string): string {
  const tail = address.startsWith('::ffff:') ? address.slice(7) : '';
  return isIPv4(tail) ? tail : address;
}
