import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { rtpPacket } from './rtp-packet.ts';
import type { Endpoint } from './udp-peer.ts';

const PACKET_MS = 20;

/** A datagram that arrived: RTP, or a text. */
export interface Arrival {
  /** Milliseconds of the clock that all processes of the machine share. */
  readonly at: number;
  readonly from: Endpoint;
  readonly ssrc: number;
  readonly seq: number;
  readonly text: string;
}

/** Some packets of one RTP stream. */
export interface Speech {
  readonly to: Endpoint;
  readonly ssrc: number;
  /** Sequence number of the first packet. */
  readonly seq: number;
  readonly packets: number;
}

/** Milliseconds of a clock that all processes of the machine share. */
export function sharedClock(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** A UDP socket that can send RTP at the pace of a phone and remembers all that arrives. */
export class PacedPhone {
  readonly #socket: Socket;
  readonly #arrivals: Arrival[] = [];
  #wake: () => void = () => {};
  #stop: () => void = () => {};

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (data, { address, port }) => {
      const rtp = data.length >= 12 && data.readUInt8(0) === 0x80;
      const [seq, ssrc] = rtp ? [data.readUInt16BE(2), data.readUInt32BE(8)] : [-1, -1];
      const text = rtp ? '' : data.toString('latin1');
      this.#arrivals.push({ at: sharedClock(), from: { host: address, port }, ssrc, seq, text });
      this.#wake();
    });
  }

  static async open({ host, port }: Endpoint): Promise<PacedPhone> {
    const socket = createSocket('udp4');
    socket.bind(port, host);
    await once(socket, 'listening');
    return new PacedPhone(socket);
  }

  get local(): Endpoint {
    const { address, port } = this.#socket.address();
    return { host: address, port };
  }

  /** Sends the packets, 20 ms apart, until it hangs up; resolves at the end with the time of the first one. */
  talk({ to, ssrc, seq, packets }: Speech): Promise<number> {
    const started = sharedClock();
    return new Promise((resolve) => {
      let sent = 0;
      const send = () => {
        // Keeps the pace on average when the process was delayed.
        const due = Math.min(packets, 1 + Math.floor((sharedClock() - started) / PACKET_MS));
        for (; sent < due; sent++) this.#send(rtpPacket(seq + sent, { ssrc }), to);
        if (sent === packets) this.#stop();
      };
      const timer = setInterval(send, PACKET_MS);
      this.#stop = () => {
        clearInterval(timer);
        resolve(started);
      };
      send();
    });
  }

  say(text: string, to: Endpoint): void {
    this.#send(Buffer.from(text, 'latin1'), to);
  }

  /** Waits for such a text for so many milliseconds and tells who sent it; null if it does not come. */
  async hear(text: string, ms: number): Promise<Endpoint | null> {
    const end = sharedClock() + ms;
    for (;;) {
      const found = this.#arrivals.find((arrival) => arrival.text === text);
      if (found !== undefined) return found.from;
      const left = end - sharedClock();
      if (left <= 0) return null;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** Hangs up; returns all that arrived. */
  close(): readonly Arrival[] {
    this.#stop();
    this.#socket.close();
    return this.#arrivals;
  }

  /** A network that refuses a packet, for example because there is no route, is as good as one that loses it. */
  #send(data: Buffer, { host, port }: Endpoint): void {
    this.#socket.send(data, port, host, () => {});
  }
}
