import type { NetConnectOpts } from 'node:net';
import { LineConnection } from './line-connection.ts';
import type { Target } from './target.ts';
import { closedError, type Exchange, type Transport } from './transport.ts';

/** Commands over one lasting connection to a `cunix:`, `tcp:` or `tcp6:` socket, opened when it is needed. */
export class StreamTransport implements Transport {
  readonly #text: string;
  readonly #options: NetConnectOpts;
  readonly #connections = new Set<LineConnection>();
  #current: LineConnection | undefined;

  constructor(target: Target) {
    this.#text = target.text;
    this.#options =
      'path' in target
        ? { path: target.path }
        : { host: target.host, port: target.port, family: target.family, noDelay: true };
  }

  send(exchange: Exchange): void {
    if (this.#current?.usable !== true) this.#current = this.#connect();
    this.#current.send(exchange);
  }

  close(): void {
    for (const connection of this.#connections) connection.close(closedError());
  }

  #connect(): LineConnection {
    const connection = new LineConnection(this.#text, this.#options, () => this.#connections.delete(connection));
    this.#connections.add(connection);
    return connection;
  }
}
