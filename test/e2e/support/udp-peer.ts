import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import { atEnd, type TestScope } from '../../helpers/cleanup.ts';
import { within } from '../../helpers/deadline.ts';

const ARRIVAL_MS = 5000;
/** Two neighbouring ports are free within a few tries, unless the machine has none left. */
const PAIR_TRIES = 50;

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

export interface Datagram {
  readonly data: Buffer;
  readonly from: Endpoint;
}

/** A UDP socket that keeps what it receives, in order: a party's media port, or a control client. */
export class UdpPeer {
  readonly #socket: Socket;
  readonly #arrived: Datagram[] = [];
  readonly #waiting: ((datagram: Datagram) => void)[] = [];

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (data, { address, port }) => {
      const datagram = { data, from: { host: address, port } };
      const next = this.#waiting.shift();
      if (next === undefined) this.#arrived.push(datagram);
      else next(datagram);
    });
  }

  /** Binds a port that the kernel chooses, or the given one; closed when the test ends. */
  static async open(scope: TestScope, host: string, port = 0): Promise<UdpPeer> {
    const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
    socket.bind({ address: host, port, exclusive: true });
    try {
      await once(socket, 'listening');
    } catch (error) {
      socket.close();
      throw error;
    }
    atEnd(scope, () => {
      socket.close();
    });
    return new UdpPeer(socket);
  }

  /** An RTP port and the RTCP port behind it. */
  static async openPair(scope: TestScope, host: string): Promise<[UdpPeer, UdpPeer]> {
    for (let left = PAIR_TRIES; ; left--) {
      const rtp = await UdpPeer.open(scope, host);
      try {
        return [rtp, await UdpPeer.open(scope, host, rtp.local.port + 1)];
      } catch (error) {
        if (left === 0) throw error;
      }
    }
  }

  get local(): Endpoint {
    const { address, port } = this.#socket.address();
    return { host: address, port };
  }

  /** Resolves when the kernel has taken the datagram. A text is sent as Latin-1. */
  send(data: Buffer | string, to: Endpoint): Promise<void> {
    const bytes = typeof data === 'string' ? Buffer.from(data, 'latin1') : data;
    return new Promise((resolve, reject) => {
      this.#socket.send(bytes, to.port, to.host, (error) => (error === null ? resolve() : reject(error)));
    });
  }

  /** The oldest datagram that was not taken yet; rejects when none comes within 5 s. */
  next(): Promise<Datagram> {
    const known = this.#arrived.shift();
    if (known !== undefined) return Promise.resolve(known);
    const arrival = new Promise<Datagram>((resolve) => {
      this.#waiting.push(resolve);
    });
    return within(arrival, ARRIVAL_MS, `datagram at ${this.local.host}:${this.local.port}`);
  }

  /** Sends a datagram and returns the next one that arrives, as Latin-1. */
  async ask(data: Buffer | string, to: Endpoint): Promise<string> {
    await this.send(data, to);
    return (await this.next()).data.toString('latin1');
  }
}
