import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import type { Endpoint } from '../udp-peer.ts';

/** What a stalled process is to find when it goes on: some seconds of speech. */
const RECEIVE_BUFFER_BYTES = 1 << 20;

/** The socket of a party. It tells what it gets as text. */
export class PartySocket {
  readonly #socket: Socket;
  #received = 0;

  private constructor(socket: Socket, arrived: (contents: string) => void) {
    this.#socket = socket;
    socket.on('message', (data) => {
      this.#received++;
      arrived(data.toString('latin1'));
    });
  }

  static async open({ host, port }: Endpoint, arrived: (contents: string) => void): Promise<PartySocket> {
    const type = isIPv6(host) ? 'udp6' : 'udp4';
    const family = isIPv6(host) ? 6 : 4;
    const socket = createSocket({
      type,
      recvBufferSize: RECEIVE_BUFFER_BYTES,
      // Addresses need no look-up, and no packet may overtake another one in it.
      lookup: (address, _options, found) => found(null, address, family),
    });
    const opened = new PartySocket(socket, arrived);
    // With such a look-up the socket is bound at once.
    const bound = once(socket, 'listening');
    socket.bind({ address: host, port, exclusive: true });
    try {
      await bound;
    } catch (error) {
      socket.close();
      throw new Error(`${host}:${port}: ${error}`);
    }
    return opened;
  }

  get local(): Endpoint {
    const { address, port } = this.#socket.address();
    return { host: address, port };
  }

  /** Datagrams, whoever sent them. */
  get received(): number {
    return this.#received;
  }

  /** Datagrams of all sockets leave in the order of the calls. A refused one is as good as one that the network loses. */
  send(data: Buffer, { host, port }: Endpoint): void {
    this.#socket.send(data, port, host, () => {});
  }

  close(): void {
    this.#socket.close();
  }
}
