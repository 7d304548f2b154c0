import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import { Change } from './change.ts';
import type { Channel } from './channels.ts';

/** `udp:` and `udp6:`: a datagram each way. Nothing is sent twice: the scenarios count datagrams. */
export class UdpChannel implements Channel {
  readonly #socket: Socket;
  readonly #host: string;
  readonly #port: number;
  readonly #received: string[] = [];
  readonly #change = new Change();

  private constructor(socket: Socket, host: string, port: number) {
    this.#socket = socket;
    this.#host = host;
    this.#port = port;
    socket.on('message', (datagram) => {
      this.#received.push(datagram.toString('latin1'));
      this.#change.announce();
    });
  }

  static async open(host: string, port: number): Promise<UdpChannel> {
    const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
    socket.bind(0, host);
    await once(socket, 'listening');
    return new UdpChannel(socket, host, port);
  }

  async exchange(data: string, _complete: unknown, ms: number): Promise<string | undefined> {
    this.#socket.send(Buffer.from(data, 'latin1'), this.#port, this.#host);
    await this.#change.until(() => this.#received.length > 0, ms);
    return this.#received.shift();
  }

  takeUnexpected(): string {
    return this.#received.splice(0).join('|');
  }

  endInput(): void {
    throw new Error('a datagram socket has no end of input');
  }

  close(): void {
    this.#socket.close();
  }
}
