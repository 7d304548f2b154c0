import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import { strerror } from '../../log/strerror.ts';
import type { HepSender, SenderParts } from './sender.ts';

/** Payload of the longest datagram over IPv4. */
const MAX_DATAGRAM = 65_507;
/** Bytes that may wait for the kernel, which takes a datagram at once unless its buffer is full. */
const MAX_WAITING = 1024 * 1024;

/**
 * Sends datagrams from a connected socket, so that it is known when nobody listens. Such an answer comes for a packet that was
 * sent before, and fails the next one only by the way: that one is sent again.
 */
export class UdpSender implements HepSender {
  readonly maxBytes = MAX_DATAGRAM;
  readonly #socket: Socket;
  readonly #parts: SenderParts;
  #waiting = 0;
  #onIdle: (() => void) | undefined;

  private constructor(socket: Socket, parts: SenderParts) {
    this.#socket = socket;
    this.#parts = parts;
    socket.on('error', (error) => parts.losses.add(1, strerror(error)));
  }

  /** Rejects where the system has no way to the collector. */
  static async open(parts: SenderParts): Promise<UdpSender> {
    const socket = createSocket(isIPv6(parts.host) ? 'udp6' : 'udp4');
    try {
      socket.connect(parts.port, parts.host);
      await once(socket, 'connect');
    } catch (error) {
      socket.close();
      throw error;
    }
    return new UdpSender(socket, parts);
  }

  send(packet: Buffer): void {
    if (this.#waiting + packet.length > MAX_WAITING) {
      this.#parts.losses.add(1, 'the system does not send them');
      return;
    }
    this.#waiting += packet.length;
    this.#try(packet, true);
  }

  async close(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    if (this.#waiting > 0) {
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
        timer = setTimeout(resolve, ms);
      });
    }
    clearTimeout(timer);
    this.#socket.close();
  }

  #try(packet: Buffer, again: boolean): void {
    this.#socket.send(packet, (error) => {
      if (error !== null && again && 'code' in error && error.code === 'ECONNREFUSED') {
        this.#parts.losses.add(1, strerror(error));
        this.#try(packet, false);
        return;
      }
      this.#waiting -= packet.length;
      if (error === null) this.#parts.delivered(1);
      else this.#parts.losses.add(1, strerror(error));
      if (this.#waiting === 0) this.#onIdle?.();
    });
  }
}
