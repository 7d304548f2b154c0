import { once } from 'node:events';
import { createServer, type ListenOptions, type Server, type Socket } from 'node:net';
import type { NotifyDestination } from '../../../src/session/session.ts';
import { atEnd, type TestScope } from '../../helpers/cleanup.ts';
import { until } from '../../helpers/deadline.ts';

const DEADLINE_MS = 5000;

/** A controller that listens for notifications. */
export class Receiver {
  /** What each connection has brought so far, by order of arrival. */
  readonly texts: string[] = [];
  readonly sockets: Socket[] = [];
  /** Unset: connections are accepted, but nothing is read. */
  reading = true;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket) => {
      const index = this.sockets.push(socket) - 1;
      this.texts.push('');
      socket.on('error', () => {});
      if (!this.reading) return;
      socket.on('data', (data) => {
        this.texts[index] += data.toString('latin1');
      });
    });
  }

  static async open(scope: TestScope, at: ListenOptions = { host: '127.0.0.1', port: 0 }): Promise<Receiver> {
    const server = createServer({ pauseOnConnect: false });
    const receiver = new Receiver(server);
    atEnd(scope, () => receiver.close());
    server.listen(at);
    await once(server, 'listening');
    return receiver;
  }

  get port(): number {
    const address = this.#server.address();
    return address === null || typeof address === 'string' ? 0 : address.port;
  }

  get destination(): NotifyDestination {
    return { kind: 'tcp', host: '127.0.0.1', port: this.port, localAddress: undefined };
  }

  /** Waits until the last connection, which is number `connections`, has brought exactly that. */
  async expect(text: string, connections = 1): Promise<void> {
    const found = () => this.texts.length === connections && this.texts.at(-1) === text;
    await until(found, DEADLINE_MS, `${JSON.stringify(text)} on connection ${connections}`).catch((error) => {
      throw new Error(`${error.message}; there are ${JSON.stringify(this.texts)}`);
    });
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
  }
}
