import { isIPv6 } from 'node:net';
import { type ControlClient, udpClient } from '../../../helpers/control-client.ts';
import { sharedClock } from '../paced-phone.ts';
import { HOST } from '../relay.ts';
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
  /** By their contents: the last ones that had them, and when. */
  readonly #known = new Map<string, { readonly packet: Packet; readonly at: number }>();
  /** What each party got of them. */
  readonly #heard = new Map<string, Set<Packet>>();
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
        const heard = new Set<Packet>();
        call.#heard.set(name, heard);
        const arrived = (contents: string) => call.#arrived(contents, heard);
        call.#sockets.set(name, await PartySocket.open(endpointOf(at, number), arrived));
      }
      const { caller, callee, codecs } = situation;
      // The reply to one party's address is where the other one sends to.
      const modifiers = codecs === undefined ? '' : `c${codecs}`;
      await call.#ask('U', caller, 'callee', modifiers);
      await call.#ask('L', callee, 'caller');
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
    this.#known.set(packet.contents, { packet, at: this.#active });
    const target = this.#target(packet.from);
    if (target !== undefined) this.#sockets.get(packet.from)?.send(packet.data, target);
  }

  async signal({ leg, says }: Signal): Promise<void> {
    if (leg === 'caller') await this.#ask('U', says, 'callee');
    else await this.#ask('L', says, 'caller');
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
    if (measure.counts === 'caught') {
      return { count: measure.at.reduce((sum, name) => sum + (this.#sockets.get(name)?.received ?? 0), 0), sent: 0 };
    }
    const listeners = measure.at.flatMap((name) => this.#heard.get(name) ?? []);
    const { of, ssrc, from = 0, until = Number.POSITIVE_INFINITY } = measure;
    const sent = this.#sent
      .filter((packet) => of.includes(packet.from) && packet.at >= from && packet.at < until)
      .filter((packet) => ssrc === undefined || packet.ssrc === ssrc);
    const lost = sent.filter((packet) => !listeners.some((heard) => heard.has(packet)));
    return { count: lost.length, sent: sent.length };
  }

  /** Hangs up. */
  async close(): Promise<void> {
    this.#closeSockets();
    await this.#control.command(`D ${PlayedCall.idOf(this.#number)} from-${this.#number} to-${this.#number}`);
  }

  /** Tells where one party is and learns the port for the other one. */
  async #ask(command: 'U' | 'L', place: Place, other: Leg, modifiers = ''): Promise<void> {
    const { host, port } = endpointOf(place, this.#number);
    const family = isIPv6(host) ? '6' : '';
    const [id, from, to] = [PlayedCall.idOf(this.#number), `from-${this.#number}`, `to-${this.#number}`];
    const known = command === 'L' || this.#ports.has('caller');
    const text = `${command}${family}${modifiers} ${id} ${host} ${port} ${from}${known ? ` ${to}` : ''}`;
    const reply = await this.#control.command(text);
    const answered = /^\d+/.exec(reply)?.[0];
    if (answered !== undefined) this.#ports.set(other, Number(answered));
    else if (!this.#situation.mayBeRefused) throw new Error(`${text}: ${reply}`);
  }

  /** Undefined: the daemon has not taken the call. */
  #target(name: string): Endpoint | undefined {
    const party = this.#situation.parties[name];
    if (party === undefined) throw new Error(`nobody is called ${name}`);
    const port = this.#ports.get(party.leg);
    if (port === undefined) return undefined;
    return { host: relayFor(endpointOf(party.at, this.#number).host), port: port + (party.rtcp ? 1 : 0) };
  }

  #arrived(contents: string, heard: Set<Packet>): void {
    this.#active = sharedClock();
    const known = this.#known.get(contents);
    if (known === undefined) return;
    heard.add(known.packet);
    this.#slowestMs = Math.max(this.#slowestMs, this.#active - known.at);
  }

  #closeSockets(): void {
    for (const socket of this.#sockets.values()) socket.close();
  }
}
