import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { connectionError } from './errors.ts';
import type { Target } from './target.ts';
import { closedError, type Exchange, type Transport } from './transport.ts';

/**
 * Commands over UDP. Each has a cookie of its own and is sent again with it until the reply comes; the daemon answers
 * repeated ones from its cache, so none is executed twice (protocol.md 2.3).
 */
export class UdpTransport implements Transport {
  readonly #target: Target & { readonly kind: 'udp' | 'tcp' };
  readonly #retransmitMs: number;
  readonly #patient: boolean;
  // A daemon's cache knows cookies, not who sent them (that of C nothing else): they must differ from those of all other clients.
  readonly #cookiePrefix = randomBytes(8).toString('hex');
  #sent = 0;
  readonly #waiting = new Map<string, Exchange>();
  #socket: Promise<Socket> | undefined;

  /**
   * `retransmitMs`: time until the first repetition; each further one takes twice as long as the one before. `patient`: a
   * refused datagram is sent again too, as a daemon that is being restarted refuses them for a while.
   */
  constructor(target: Target & { readonly kind: 'udp' | 'tcp' }, retransmitMs: number, patient: boolean) {
    this.#target = target;
    this.#retransmitMs = retransmitMs;
    this.#patient = patient;
  }

  send(exchange: Exchange): void {
    this.#sent += 1;
    const cookie = `${this.#cookiePrefix}_${this.#sent}`;
    this.#waiting.set(cookie, exchange);
    exchange.onSettled((outcome) => {
      this.#waiting.delete(cookie);
      // The host's address may have changed, or this machine's: the next command looks it up again.
      if (outcome === 'failed' && this.#waiting.size === 0) this.#leaveSocket();
    });
    void this.#transmit(exchange, Buffer.from(`${cookie} ${exchange.command}`, 'latin1'));
  }

  close(): void {
    for (const exchange of this.#waiting.values()) exchange.fail(closedError());
    this.#leaveSocket();
  }

  async #transmit(exchange: Exchange, datagram: Buffer): Promise<void> {
    this.#socket ??= this.#open();
    let socket: Socket;
    try {
      socket = await this.#socket;
    } catch (error) {
      // Settling the last exchange also leaves the socket, for the next command to try again.
      exchange.fail(connectionError(this.#target.text, error instanceof Error ? error : new Error(String(error))));
      return;
    }
    if (exchange.settled) return;
    let pause = this.#retransmitMs;
    let timer: NodeJS.Timeout | undefined;
    const transmit = (): void => {
      socket.send(datagram, (error) => {
        if (error !== null) this.#refused(exchange, error);
      });
      timer = setTimeout(transmit, pause);
      pause *= 2;
    };
    exchange.onSettled(() => clearTimeout(timer));
    transmit();
  }

  /** A connected socket takes datagrams of the daemon only, and hears of a port that nobody has. */
  async #open(): Promise<Socket> {
    const { family, host, port } = this.#target;
    const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
    // Commands under way have timers that keep the process running; an idle client does not.
    socket.unref();
    try {
      const connected = once(socket, 'connect');
      socket.connect(port, host);
      await connected;
    } catch (error) {
      socket.close();
      throw error;
    }
    socket.on('message', (datagram) => this.#receive(datagram.toString('latin1')));
    socket.on('error', (error) => {
      for (const exchange of this.#waiting.values()) this.#refused(exchange, error);
    });
    return socket;
  }

  #refused(exchange: Exchange, error: Error): void {
    exchange.trouble = error;
    if (!this.#patient) exchange.fail(connectionError(this.#target.text, error));
  }

  /** Late replies, second replies and anything else without a known cookie are ignored. */
  #receive(datagram: string): void {
    const blank = datagram.indexOf(' ');
    if (blank > 0) this.#waiting.get(datagram.slice(0, blank))?.answer(datagram.slice(blank + 1));
  }

  #leaveSocket(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.then((open) => open.close()).catch(() => undefined);
  }
}
