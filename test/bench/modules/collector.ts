import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { Options } from './options.ts';

const HOST = '127.0.0.1';
/** Where a packet of acct_rtcp_hep has its length, and seconds and microseconds of when what it tells arrived. */
const LENGTH = 4;
const SECONDS = 42;
const MICROSECONDS = 52;
/** And its protocol type: RTCP, or a log line, which a digit is. */
const TYPE = 62;
const RTCP = 5;
const HEADER = 6;

/** Takes HEP packets and counts them, and how late they come. */
export class Collector {
  /** Milliseconds from the arrival of the RTCP at the relay until its packet came here. */
  readonly delays: number[] = [];
  digits = 0;
  readonly #endpoint: UdpEndpoint | TcpEndpoint;

  private constructor(endpoint: UdpEndpoint | TcpEndpoint) {
    this.#endpoint = endpoint;
  }

  static async open(transport: Options['transport']): Promise<Collector> {
    const endpoint = transport === 'udp' ? new UdpEndpoint() : new TcpEndpoint();
    await endpoint.open(0);
    const collector: Collector = new Collector(endpoint);
    endpoint.receive = (packet) => collector.#take(packet);
    return collector;
  }

  get port(): number {
    return this.#endpoint.port;
  }

  /** Takes nothing for so many milliseconds: its port is closed, or its connection not read. */
  async pause(milliseconds: number): Promise<void> {
    await this.#endpoint.pause();
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    await this.#endpoint.resume();
  }

  async close(): Promise<void> {
    await this.#endpoint.close();
  }

  #take(packet: Buffer): void {
    if (packet.toString('latin1', 0, LENGTH) !== 'HEP3') throw new Error('the collector got what is no HEP packet');
    if (packet[TYPE] !== RTCP) {
      this.digits++;
      return;
    }
    const sent = packet.readUInt32BE(SECONDS) * 1000 + packet.readUInt32BE(MICROSECONDS) / 1000;
    this.delays.push(performance.timeOrigin + performance.now() - sent);
  }
}

class UdpEndpoint {
  receive: (packet: Buffer) => void = () => {};
  port = 0;
  #socket: DatagramSocket | undefined;

  async open(port: number): Promise<void> {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 4 << 20 });
    this.#socket = socket;
    socket.on('message', (packet) => this.receive(packet));
    socket.bind(port, HOST);
    await once(socket, 'listening');
    this.port = socket.address().port;
  }

  pause(): Promise<void> {
    return this.close();
  }

  resume(): Promise<void> {
    return this.open(this.port);
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      if (this.#socket === undefined) resolve();
      else this.#socket.close(resolve);
    });
    this.#socket = undefined;
  }
}

class TcpEndpoint {
  receive: (packet: Buffer) => void = () => {};
  port = 0;
  #server: Server | undefined;
  readonly #sockets = new Set<Socket>();

  async open(port: number): Promise<void> {
    const server = createServer((socket) => this.#serve(socket));
    this.#server = server;
    server.listen(port, HOST);
    await once(server, 'listening');
    const address = server.address();
    this.port = typeof address === 'object' && address !== null ? address.port : 0;
  }

  async pause(): Promise<void> {
    for (const socket of this.#sockets) socket.pause();
  }

  async resume(): Promise<void> {
    for (const socket of this.#sockets) socket.resume();
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  #serve(socket: Socket): void {
    let rest = Buffer.alloc(0);
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => undefined);
    socket.on('data', (part) => {
      rest = Buffer.concat([rest, part]);
      while (rest.length >= HEADER && rest.length >= rest.readUInt16BE(LENGTH)) {
        const length = rest.readUInt16BE(LENGTH);
        this.receive(rest.subarray(0, length));
        rest = rest.subarray(length);
      }
    });
  }
}
