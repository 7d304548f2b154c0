import type { ControlSockets, Sender } from '../addon/control-sockets.ts';
import { isWildcard } from '../protocol/address.ts';
import { ControlBindError, errorCode } from './errors.ts';
import { type HostSpec, resolveHost } from './spec.ts';
import type { CommandHandler, Peer, Transport } from './transport.ts';

/**
 * Control sockets that take a cookie and a command per datagram and repeat replies (protocol.md 2.3): only new commands
 * get here, those in malformed datagrams empty.
 */
export type UdpSockets = Pick<ControlSockets, 'open' | 'port' | 'closeSocket'>;

/** `udp:` and `udp6:`. */
export class UdpTransport implements Transport {
  readonly #spec: HostSpec;
  readonly #sockets: UdpSockets;
  #socket: number | undefined;
  #closed = false;

  constructor(spec: HostSpec, sockets: UdpSockets) {
    this.#spec = spec;
    this.#sockets = sockets;
  }

  get name(): string {
    return this.#spec.text;
  }

  /** Bound port; 0 unless open. */
  get port(): number {
    return this.#socket === undefined ? 0 : this.#sockets.port(this.#socket);
  }

  /** Rejects with ControlSpecError (unknown name) or ControlBindError. */
  async start(handler: CommandHandler): Promise<void> {
    const host = await resolveHost(this.#spec);
    if (this.#closed) throw new ControlBindError(this.name, 'ECANCELED');
    const peers = new Peers(isWildcard(host) ? undefined : host);
    try {
      this.#socket = this.#sockets.open(host, this.#spec.port, (command, sender, room) =>
        handler(command, peers.of(sender), room),
      );
    } catch (error) {
      throw new ControlBindError(this.name, errorCode(error));
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#socket !== undefined) this.#sockets.closeSocket(this.#socket);
    this.#socket = undefined;
  }
}

/** The peers of a socket; that of the sender before is kept. */
class Peers {
  readonly #localHost: string | undefined;
  #sender: Sender | undefined;
  #peer: Peer = { transport: 'udp' };

  constructor(localHost: string | undefined) {
    this.#localHost = localHost;
  }

  of(sender: Sender): Peer {
    if (sender === this.#sender) return this.#peer;
    const { host, port } = sender;
    const localHost = this.#localHost;
    this.#sender = sender;
    this.#peer = { transport: 'udp', host, port, ...(localHost === undefined ? {} : { localHost }) };
    return this.#peer;
  }
}
