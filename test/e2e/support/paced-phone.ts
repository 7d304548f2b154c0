import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Pacer } from './pacer.ts';
import { rtcpPacket, rtpPacket } from './rtp-packet.ts';
import type { Endpoint } from './udp-peer.ts';

export const PACKET_MS = 20;

/** A datagram, RTP or a text, and when it left or arrived, in ms of `performance.now()`. */
export interface Packet {
  readonly at: number;
  readonly ssrc: number;
  readonly text: string;
  /** Of its random payload: tells apart packets that agree in SSRC and sequence number. */
  readonly mark: string;
}

export interface Arrival extends Packet {
  readonly from: Endpoint;
}

/** All that a phone has sent and got, in order. */
export interface PhoneLog {
  readonly sent: readonly Packet[];
  readonly arrivals: readonly Arrival[];
}

/** Some packets of one RTP stream. */
export interface Speech {
  readonly to: Endpoint;
  readonly ssrc: number;
  /** Sequence number of the first packet. */
  readonly seq: number;
  /** As many as until the phone is hushed, when absent. */
  readonly packets?: number;
  /** When it begins, by the pacer's clock; at once when absent. */
  readonly at?: number;
  /** RTCP instead, from the same SSRC. */
  readonly rtcp?: boolean;
  /** PCMU when absent. */
  readonly payloadType?: number;
}

/** A UDP socket that can send RTP at the pace of a phone and remembers all that it sends and gets. */
export class PacedPhone {
  readonly #socket: Socket;
  readonly #pacer: Pacer;
  readonly #sent: Packet[] = [];
  readonly #arrivals: Arrival[] = [];
  #wake: () => void = () => {};
  #hushed = 0;
  #open = true;

  /** All phones of a call, and those who disturb it, have one pacer. */
  constructor(socket: Socket, pacer: Pacer) {
    this.#socket = socket;
    this.#pacer = pacer;
    socket.on('message', (data, { address, port }) => {
      this.#arrivals.push({ ...packetOf(data), from: { host: address, port } });
      this.#wake();
    });
  }

  static async open({ host, port }: Endpoint, pacer: Pacer): Promise<PacedPhone> {
    const socket = createSocket('udp4');
    socket.bind(port, host);
    await once(socket, 'listening');
    return new PacedPhone(socket, pacer);
  }

  get local(): Endpoint {
    const { address, port } = this.#socket.address();
    return { host: address, port };
  }

  /** Sends the packets, 20 ms apart, until it is hushed; resolves when the next one would be due. */
  talk(speech: Speech): Promise<void> {
    const { to, ssrc, seq, packets = Number.POSITIVE_INFINITY, at = this.#pacer.now, rtcp = false } = speech;
    const { payloadType = 0 } = speech;
    const hushed = this.#hushed;
    return new Promise((resolve) => {
      const goOn = (count: number): void => {
        if (count === packets || hushed !== this.#hushed) {
          resolve();
          return;
        }
        this.#send(rtcp ? rtcpPacket(ssrc) : rtpPacket(seq + count, { ssrc, payloadType }), to);
        this.#pacer.at(at + (count + 1) * PACKET_MS, () => goOn(count + 1));
      };
      this.#pacer.at(at, () => goOn(0));
    });
  }

  /** Ends what it says. */
  hush(): void {
    this.#hushed++;
  }

  say(text: string, to: Endpoint): void {
    this.#send(Buffer.from(text, 'latin1'), to);
  }

  /** Waits for such a text for so many milliseconds and tells who sent it; null if it does not come. */
  async hear(text: string, ms: number): Promise<Endpoint | null> {
    const find = () => this.#arrivals.find((arrival) => arrival.text === text);
    await this.#await(() => find() !== undefined, ms);
    return find()?.from ?? null;
  }

  /** Waits for so many packets of a stream, so many milliseconds at most. */
  async listen(ssrc: number, packets: number, ms: number): Promise<void> {
    await this.#await(() => this.#arrivals.filter((arrival) => arrival.ssrc === ssrc).length >= packets, ms);
  }

  /** Hangs up. */
  close(): PhoneLog {
    this.hush();
    if (this.#open) this.#socket.close();
    this.#open = false;
    return { sent: this.#sent, arrivals: this.#arrivals };
  }

  async #await(condition: () => boolean, ms: number): Promise<void> {
    const end = performance.now() + ms;
    for (let left = ms; left > 0 && !condition(); left = end - performance.now()) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** A network that refuses a packet, for example because there is no route, is as good as one that loses it. */
  #send(data: Buffer, { host, port }: Endpoint): void {
    this.#sent.push(packetOf(data));
    this.#socket.send(data, port, host, () => {});
  }
}

function packetOf(data: Buffer): Packet {
  const rtp = data.length >= 12 && data.readUInt8(0) === 0x80;
  return {
    at: performance.now(),
    ssrc: rtp ? data.readUInt32BE(8) : -1,
    text: rtp ? '' : data.toString('latin1'),
    mark: data.toString('hex', data.length - 8),
  };
}
