import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { atEnd, type TestScope } from './cleanup.ts';
import { until } from './deadline.ts';
import { type DecodedHep, decodeHep, hepPackets } from './hep-decoder.ts';

const DEADLINE_MS = 5000;

/** A collector of HEP packets on the loopback, which can go away and come back at the same port. */
export abstract class HepCollector {
  readonly packets: Buffer[] = [];

  static async open(scope: TestScope, protocol: 'udp' | 'tcp', port = 0): Promise<HepCollector> {
    const collector = protocol === 'udp' ? new UdpCollector() : new TcpCollector();
    atEnd(scope, () => collector.close());
    await collector.listen(port);
    return collector;
  }

  abstract get port(): number;
  abstract listen(port: number): Promise<void>;
  abstract close(): Promise<void>;

  /** Those that came since the last call, at least so many. */
  async take(count: number): Promise<DecodedHep[]> {
    await until(() => this.packets.length >= count, DEADLINE_MS, `${count} HEP packets`).catch((error) => {
      throw new Error(`${error.message}; there are ${this.packets.length}`);
    });
    return this.packets.splice(0).map(decodeHep);
  }
}

class UdpCollector extends HepCollector {
  #socket: UdpSocket | undefined;
  #port = 0;

  get port(): number {
    return this.#port;
  }

  async listen(port: number): Promise<void> {
    const socket = createSocket('udp4', (packet) => this.packets.push(packet));
    this.#socket = socket;
    socket.bind(port, '127.0.0.1');
    await once(socket, 'listening');
    this.#port = socket.address().port;
  }

  async close(): Promise<void> {
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket === undefined) return;
    socket.close();
    await once(socket, 'close');
  }
}

class TcpCollector extends HepCollector {
  #server: Server | undefined;
  #port = 0;
  readonly #sockets = new Set<Socket>();

  get port(): number {
    return this.#port;
  }

  async listen(port: number): Promise<void> {
    const server = createServer((socket) => this.#read(socket));
    this.#server = server;
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    this.#port = address === null || typeof address === 'string' ? 0 : address.port;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const closed = once(server, 'close');
    server.close();
    await closed;
  }

  #read(socket: Socket): void {
    this.#sockets.add(socket);
    let rest = Buffer.alloc(0);
    socket.on('error', () => {});
    socket.once('close', () => this.#sockets.delete(socket));
    socket.on('data', (data) => {
      const { packets, bytes } = hepPackets(Buffer.concat([rest, data]));
      rest = Buffer.concat([rest, data]).subarray(bytes);
      this.packets.push(...packets);
    });
  }
}
