import { type ControlClient, udpClient } from '../../../helpers/control-client.ts';
import { sharedClock } from '../paced-phone.ts';
import { HOST, portIn } from '../relay.ts';
import type { Endpoint } from '../udp-peer.ts';
import { endpointOf, type Place, relayFor } from './addresses.ts';
import { PartySocket } from './party-socket.ts';
import type { Leg, Measure, Signal, Situation } from './situation.ts';
import type { Packet } from './timetable.ts';

/** What a measure came to: packets that were lost, or caught, and how many there were of those that could be lost. */
export interface Figure {
  readonly count: number;
  readonly sent: number;
}

/** One situation in one daemon: the call there and the sockets of all parties. */
export class PlayedCall {
  readonly #situation: Situation;
  /** In commands, and in the addresses. */
  readonly #number: number;
  readonly #control: ControlClient;
  readonly #sockets = new Map<string, PartySocket>();
  readonly #ports = new Map<Leg, number>();
  readonly #sent: Packet[] = [];
  /** When a datagram of these contents was sent. */
  readonly #sentAt = new Map<string, number>();
  #slowestMs = 0;
  #active = sharedClock();

  private constructor(situation: Situation, number: number, controlPort: number) {
    this.#situation = situation;
    this.#number = number;
    this.#control = udpClient(HOST, controlPort);
  }

  /** Opens the sockets and sets the call up. */
  static async setUp(situation: Situation, number: number, controlPort: number): Promise<PlayedCall> {
    const call = new PlayedCall(situation, number, controlPort);
    try {
      for (const [name, { at }] of Object.entries(situation.parties)) {
        const socket = await PartySocket.open(endpointOf(at, number), (contents) => call.#arrived(contents));
        call.#sockets.set(name, socket);
      }
      const { caller, callee, codecs } = situation;
      // The reply to one party's address is where the other one sends to.
      const modifiers = codecs === undefined ? '' : `c${codecs}`;
      call.#ports.set('callee', await call.#ask('U', caller, `from-${number}`, modifiers));
      call.#ports.set('caller', await call.#ask('L', callee, call.#tags));
      return call;
    } catch (error) {
      call.#closeSockets();
      throw error;
    }
  }

  /** What the call is in commands and in the log. */
  static idOf(number: number): string {
    return `call-${number}`;
  }

  send(packet: Packet): void {
    this.#active = sharedClock();
    this.#sent.push(packet);
    this.#sentAt.set(packet.data.toString('latin1'), this.#active);
    this.#sockets.get(packet.from)?.send(packet.data, this.#target(packet.from));
  }

  async signal({ leg, says }: Signal): Promise<void> {
    await this.#ask(leg === 'caller' ? 'U' : 'L', says, this.#tags);
  }

  /** The longest time that a packet was on its way, in ms: the machine's doing. */
  get slowestMs(): number {
    return this.#slowestMs;
  }

  /** For so long, in ms, nothing was sent and nothing has come. */
  get quietMs(): number {
    return sharedClock() - this.#active;
  }

  measure(measure: Measure): Figure {
    const listeners = measure.at.flatMap((name) => this.#sockets.get(name) ?? []);
    if (measure.counts === 'caught') {
      return { count: listeners.reduce((sum, { received }) => sum + received, 0), sent: 0 };
    }
    const { of, ssrc, from = 0, until = Number.POSITIVE_INFINITY } = measure;
    const sent = this.#sent
      .filter((packet) => of.includes(packet.from) && packet.at >= from && packet.at < until)
      .filter((packet) => ssrc === undefined || packet.ssrc === ssrc);
    const lost = sent.filter(({ data }) => !listeners.some((socket) => socket.has(data)));
    return { count: lost.length, sent: sent.length };
  }

  /** Hangs up. */
  async close(): Promise<void> {
    this.#closeSockets();
    await this.#control.command(`D ${PlayedCall.idOf(this.#number)} ${this.#tags}`);
  }

  get #tags(): string {
    return `from-${this.#number} to-${this.#number}`;
  }

  async #ask(command: 'U' | 'L', place: Place, tags: string, modifiers = ''): Promise<number> {
    const { host, port } = endpointOf(place, this.#number);
    const family = host.includes(':') ? '6' : '';
    const id = PlayedCall.idOf(this.#number);
    return portIn(await this.#control.command(`${command}${family}${modifiers} ${id} ${host} ${port} ${tags}`)).port;
  }

  #target(name: string): Endpoint {
    const party = this.#situation.parties[name];
    const port = party === undefined ? undefined : this.#ports.get(party.leg);
    if (party === undefined || port === undefined) throw new Error(`nobody is called ${name}`);
    return { host: relayFor(endpointOf(party.at, this.#number).host), port: port + (party.rtcp ? 1 : 0) };
  }

  #arrived(contents: string): void {
    this.#active = sharedClock();
    this.#slowestMs = Math.max(this.#slowestMs, this.#active - (this.#sentAt.get(contents) ?? this.#active));
  }

  #closeSockets(): void {
    for (const socket of this.#sockets.values()) socket.close();
  }
}
