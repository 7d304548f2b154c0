import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { atEnd, type TestScope } from '../helpers/cleanup.ts';
import { Change } from './change.ts';

interface Listener {
  readonly address: string;
  /** Of a TCP listener. */
  readonly port?: number;
  received: string;
}

/** Where the daemon sends its notifications to (protocol.md 12, `listeners`). */
export class Listeners {
  readonly #listeners = new Map<string, Listener>();
  readonly #change = new Change();

  /** Starts a server for each, Unix ones in the directory; they are closed when the test ends. */
  static async open(
    scope: TestScope,
    directory: string,
    kinds: Readonly<Record<string, 'tcp' | 'unix'>>,
  ): Promise<Listeners> {
    const all = new Listeners();
    for (const [name, kind] of Object.entries(kinds)) {
      const path = join(directory, `listener-${name}.sock`);
      const server = createServer();
      closeAtEnd(scope, server, (connection) => {
        connection.setEncoding('latin1').on('data', (part: string) => all.#received(name, part));
      });
      server.listen(kind === 'unix' ? { path } : { host: '127.0.0.1', port: 0 });
      await once(server, 'listening');
      const address = server.address();
      all.#listeners.set(
        name,
        address === null || typeof address === 'string'
          ? { address: path, received: '' }
          : { address: `127.0.0.1:${address.port}`, port: address.port, received: '' },
      );
    }
    return all;
  }

  addresses(): ReadonlyMap<string, { readonly address: string; readonly port?: number }> {
    return this.#listeners;
  }

  /** Waits for that many bytes, or, for none, whether any comes. Returns what came since the last call. */
  async receive(name: string, length: number, ms: number): Promise<string> {
    const listener = this.#get(name);
    await this.#change.until(() => listener.received.length >= Math.max(length, 1), ms);
    const { received } = listener;
    listener.received = '';
    return received;
  }

  #received(name: string, part: string): void {
    this.#get(name).received += part;
    this.#change.announce();
  }

  #get(name: string): Listener {
    const listener = this.#listeners.get(name);
    if (listener === undefined) throw new Error(`the scenario has no listener ${name}`);
    return listener;
  }
}

function closeAtEnd(scope: TestScope, server: Server, onConnection: (connection: Socket) => void): void {
  const connections = new Set<Socket>();
  server.on('connection', (connection) => {
    connections.add(connection);
    connection.on('error', () => {});
    connection.on('close', () => connections.delete(connection));
    onConnection(connection);
  });
  atEnd(scope, () => {
    server.close();
    for (const connection of connections) connection.destroy();
  });
}
