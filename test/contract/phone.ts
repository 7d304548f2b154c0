import { createSocket, type Socket } from 'node:dgram';
import type { TestContext } from 'node:test';
import { until } from '../helpers/deadline.ts';

export const DEADLINE_MS = 5000;

/** One end of a media stream: a UDP socket on loopback. */
export class Phone {
  readonly host: string;
  readonly received: Buffer[] = [];
  /** Ports that the packets came from. */
  readonly sources: number[] = [];
  readonly #socket: Socket;

  private constructor(socket: Socket, host: string) {
    this.#socket = socket;
    this.host = host;
    socket.on('message', (packet, from) => {
      this.received.push(packet);
      this.sources.push(from.port);
    });
  }

  static async open(t: TestContext, host = '127.0.0.1'): Promise<Phone> {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    t.after(() => socket.close());
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(0, host, resolve);
    });
    return new Phone(socket, host);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  send(port: number, packet: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.send(packet, port, this.host, (error) => (error === null ? resolve() : reject(error)));
    });
  }

  /** Waits until that many packets have come. */
  gets(count: number): Promise<void> {
    return until(() => this.received.length >= count, DEADLINE_MS, `${count} packets`);
  }
}

/** An RTP packet of payload type 0 with 20 bytes of payload. */
export function rtp(seq: number, ssrc = 0x1234abcd): Buffer {
  const packet = Buffer.alloc(32, 0xd5);
  packet.writeUInt16BE(0x8000, 0);
  packet.writeUInt16BE(seq, 2);
  packet.writeUInt32BE(seq * 160, 4);
  packet.writeUInt32BE(ssrc, 8);
  return packet;
}
