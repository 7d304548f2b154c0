import { once } from 'node:events';
import { connect, type NetConnectOpts, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { atEnd, type TestScope } from '../../helpers/cleanup.ts';
import { until, within } from '../../helpers/deadline.ts';

const DEADLINE_MS = 5000;

/** One connection to a `unix:`, `cunix:` or `tcp:` control socket. Texts are Latin-1. */
export class StreamClient {
  readonly socket: Socket;
  #received = '';
  readonly #ended: Promise<void>;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding('latin1').on('data', (text: string) => {
      this.#received += text;
    });
    // A reset shows as the end of the connection.
    socket.on('error', () => {});
    this.#ended = new Promise((resolve) => {
      socket.once('end', resolve).once('close', () => resolve());
    });
  }

  /** Resolves when the connection stands; it is closed when the test ends. */
  static async connect(scope: TestScope, target: NetConnectOpts): Promise<StreamClient> {
    const socket = await connected(target);
    atEnd(scope, () => {
      socket.destroy();
    });
    return new StreamClient(socket);
  }

  /** Everything received so far. */
  get received(): string {
    return this.#received;
  }

  send(text: string): void {
    this.socket.write(text, 'latin1');
  }

  /** Sends a text, if any, and shuts down the write side. */
  halfClose(text = ''): void {
    this.socket.end(text, 'latin1');
  }

  /** Waits until at least that many bytes were received, and returns all. */
  async reply(length: number): Promise<string> {
    await until(() => this.#received.length >= length, DEADLINE_MS, `${length} bytes`);
    return this.#received;
  }

  /** Waits until the daemon has ended the connection, and returns everything received. */
  async ended(): Promise<string> {
    await within(this.#ended, DEADLINE_MS, 'end of connection');
    return this.#received;
  }
}

/** Sends a text and closes at once, without waiting for anything. */
export async function writeAndClose(target: NetConnectOpts, text: string): Promise<void> {
  const socket = await connected(target);
  socket.on('error', () => {});
  // The kernel has the text when write() returns: libuv tries a write at once.
  socket.write(text, 'latin1');
  socket.destroy();
  await once(socket, 'close');
}

/** A connected socket that only this end closes. Waits while the queue of a Unix socket is full, as a blocking client does. */
async function connected(target: NetConnectOpts): Promise<Socket> {
  const end = performance.now() + DEADLINE_MS;
  for (;;) {
    const socket = connect({ ...target, allowHalfOpen: true });
    try {
      await within(once(socket, 'connect'), DEADLINE_MS, `connection to ${JSON.stringify(target)}`);
      return socket;
    } catch (error) {
      socket.destroy();
      const full = error instanceof Error && 'code' in error && error.code === 'EAGAIN';
      if (!full || performance.now() > end) throw error;
      await delay(1);
    }
  }
}
