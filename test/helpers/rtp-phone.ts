import { randomBytes, randomInt } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { atEnd, type TestScope } from './cleanup.ts';
import type { MediaAddress } from './sip-trace.ts';

const PACKET_MS = 20;
const SAMPLES = 160;

/** What became of the packets of the other phone. */
export interface Reception {
  /** Sequence numbers of the packets that did not arrive, or not as they were sent. */
  readonly lost: readonly number[];
  /** How many packets arrived that the other phone did not send. */
  readonly foreign: number;
  /** Whether the others arrived in the order of sending, each once. */
  readonly inOrder: boolean;
  /** `ADDRESS:PORT` of all who sent something. */
  readonly sources: readonly string[];
}

/** Microphone and speaker of a phone: sends RTP (PCMU, 50 packets a second) and keeps what it receives. */
export class RtpPhone {
  readonly #socket: Socket;
  readonly #sent: Buffer[] = [];
  readonly #received: Buffer[] = [];
  readonly #sources = new Set<string>();

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (datagram, sender) => {
      this.#received.push(datagram);
      this.#sources.add(`${sender.address}:${sender.port}`);
    });
  }

  /** Opens a phone on a port that the kernel chooses; closed when the test ends. */
  static async open(scope: TestScope, host: string): Promise<RtpPhone> {
    const socket = createSocket('udp4');
    socket.bind(0, host);
    await once(socket, 'listening');
    atEnd(scope, () => {
      socket.close();
    });
    return new RtpPhone(socket);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** Sends that many packets. Their contents are random, and the sequence number passes 65535. */
  talk(to: MediaAddress, packets: number): Promise<void> {
    const ssrc = randomInt(2 ** 32);
    const first = 65536 - Math.floor(packets / 2);
    return new Promise((resolve, reject) => {
      const timer = setInterval(() => {
        const index = this.#sent.length;
        const packet = randomBytes(12 + SAMPLES);
        packet.writeUInt8(0x80, 0);
        packet.writeUInt8(index === 0 ? 0x80 : 0, 1);
        packet.writeUInt16BE((first + index) % 65536, 2);
        packet.writeUInt32BE(index * SAMPLES, 4);
        packet.writeUInt32BE(ssrc, 8);
        this.#sent.push(packet);
        if (this.#sent.length === packets) clearInterval(timer);
        this.#socket.send(packet, to.port, to.address, (error) => {
          if (error !== null) {
            clearInterval(timer);
            reject(error);
          } else if (index === packets - 1) {
            resolve();
          }
        });
      }, PACKET_MS);
    });
  }

  /** Fulfilled as soon as that many packets were received, and in any case after that many milliseconds. */
  listen(packets: number, ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        if (this.#received.length < packets) return;
        finish();
      };
      const finish = () => {
        clearTimeout(timer);
        this.#socket.off('message', done);
        resolve();
      };
      const timer = setTimeout(finish, ms);
      this.#socket.on('message', done);
      done();
    });
  }

  /** Compares what this phone received, byte for byte, with what the other one sent. */
  receptionOf(other: RtpPhone): Reception {
    const places = new Map(other.#sent.map((packet, index) => [packet.toString('latin1'), index]));
    const arrived = this.#received.map((packet) => places.get(packet.toString('latin1')) ?? -1);
    const known = arrived.filter((index) => index >= 0);
    const heard = new Set(known);
    return {
      lost: other.#sent.filter((_, index) => !heard.has(index)).map((packet) => packet.readUInt16BE(2)),
      foreign: arrived.length - known.length,
      inOrder: known.every((index, place) => index > (known[place - 1] ?? -1)),
      sources: [...this.#sources],
    };
  }
}
