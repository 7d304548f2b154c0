import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { atEnd, type TestScope } from '../helpers/cleanup.ts';
import { Change } from './change.ts';
import type { MediaSend } from './scenario.ts';

/** Until the daemon has surely relayed and counted what was sent: no event tells. */
const SETTLE_MS = 120;
const HEADER_BYTES = 12;
const SAMPLES = 160;
const SILENCE = 0xd5;

interface MediaSocket {
  readonly socket: Socket;
  readonly host: string;
  received: number;
}

/** The UDP sockets of the two phones of a scenario. */
export class MediaSockets {
  readonly #sockets = new Map<string, MediaSocket>();
  readonly #change = new Change();

  /** Opens a socket on each of these local addresses; they are closed when the test ends. */
  static async open(scope: TestScope, hosts: Readonly<Record<string, string>>): Promise<MediaSockets> {
    const all = new MediaSockets();
    for (const [name, host] of Object.entries(hosts)) {
      const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
      atEnd(scope, () => {
        socket.close();
      });
      const media = { socket, host, received: 0 };
      socket.on('message', () => {
        media.received += 1;
        all.#change.announce();
      });
      socket.bind(0, host);
      await once(socket, 'listening');
      all.#sockets.set(name, media);
    }
    return all;
  }

  ports(): Map<string, number> {
    return new Map([...this.#sockets].map(([name, { socket }]) => [name, socket.address().port]));
  }

  /** Sends a series of packets to this port of the sender's own address. */
  async send(series: MediaSend, port: number): Promise<void> {
    const { socket, host } = this.#get(series.from);
    for (let index = 0; index < (series.count ?? 1); index += 1) {
      const packet = series.raw === undefined ? rtpPacket(series, index) : Buffer.from(series.raw, 'latin1');
      await new Promise<void>((resolve, reject) => {
        socket.send(packet, port, host, (error) => (error === null ? resolve() : reject(error)));
      });
      if (series.interval_ms !== undefined) await delay(series.interval_ms);
    }
    await delay(SETTLE_MS);
  }

  /** Waits for that many packets, or, for none, whether any comes. Returns how many came since the last call. */
  async receive(name: string, count: number, ms: number): Promise<number> {
    const media = this.#get(name);
    await this.#change.until(() => media.received >= Math.max(count, 1), ms);
    const { received } = media;
    media.received = 0;
    return received;
  }

  #get(name: string): MediaSocket {
    const media = this.#sockets.get(name);
    if (media === undefined) throw new Error(`the scenario has no media socket ${name}`);
    return media;
  }
}

/** RFC 3550 5.1, with nothing but the fixed header. */
function rtpPacket(series: MediaSend, index: number): Buffer {
  const { pt = 0, seq = 0, seq_step: step = 1, ts = 0, ssrc = 0x11223344, payload = SAMPLES } = series;
  const packet = Buffer.alloc(HEADER_BYTES + payload, SILENCE);
  packet.writeUInt8(0x80, 0);
  packet.writeUInt8(pt, 1);
  packet.writeUInt16BE((seq + index * step) % 0x10000, 2);
  packet.writeUInt32BE((ts + index * SAMPLES) % 0x100000000, 4);
  packet.writeUInt32BE(ssrc, 8);
  return packet;
}
