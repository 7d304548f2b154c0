import { performance } from 'node:perf_hooks';
import type { Endpoint } from '../udp-peer.ts';
import type { Place } from './addresses.ts';
import { PartySocket } from './party-socket.ts';
import type { Signalling } from './signalling.ts';
import type { Measure, Signal, Situation } from './situation.ts';
import type { Packet } from './timetable.ts';

/** What a measure came to: packets that were lost, or caught, and how many there were of those that could be lost. */
export interface Figure {
  readonly count: number;
  readonly sent: number;
}

/** What is known of a call in the end. */
export interface CallRecord {
  readonly callId: string;
  /** For each measure. */
  readonly figures: readonly Figure[];
  /** `ADDRESS:PORT` of all who sent something. */
  readonly sources: readonly string[];
}

/** One situation in one daemon: the call there and the sockets of all parties. */
export class PlayedCall {
  readonly #situation: Situation;
  readonly #signalling: Signalling;
  readonly #sockets = new Map<string, PartySocket>();
  readonly #sent: Packet[] = [];
  /** By their contents: the last ones that had them, and when. */
  readonly #known = new Map<string, { readonly packet: Packet; readonly at: number }>();
  /** What each party got of them. */
  readonly #heard = new Map<string, Set<Packet>>();
  #slowestMs = 0;
  #active = performance.now();

  private constructor(situation: Situation, signalling: Signalling) {
    this.#situation = situation;
    this.#signalling = signalling;
  }

  /** Opens the sockets and sets the call up. */
  static async setUp(
    situation: Situation,
    signalling: Signalling,
    endpointOf: (place: Place) => Endpoint,
  ): Promise<PlayedCall> {
    const call = new PlayedCall(situation, signalling);
    try {
      for (const [name, { at }] of Object.entries(situation.parties)) await call.#open(name, endpointOf(at));
      await signalling.setUp((party) => call.#socket(party).local);
      return call;
    } catch (error) {
      call.#closeSockets();
      throw error;
    }
  }

  send(packet: Packet): void {
    const party = this.#situation.parties[packet.from];
    if (party === undefined) throw new Error(`nobody is called ${packet.from}`);
    this.#active = performance.now();
    this.#sent.push(packet);
    this.#known.set(packet.contents, { packet, at: this.#active });
    const target = this.#signalling.target(party);
    if (target !== undefined) this.#socket(packet.from).send(packet.data, target);
  }

  tell(signal: Signal): Promise<void> {
    return this.#signalling.tell(signal);
  }

  /** The longest time that a packet was on its way, in ms: the machine's doing. */
  get slowestMs(): number {
    return this.#slowestMs;
  }

  /** For so long, in ms, nothing was sent and nothing has come. */
  get quietMs(): number {
    return performance.now() - this.#active;
  }

  record(): CallRecord {
    const sources = [...new Set(this.#sent.map(({ from }) => from))].map((name) => this.#socket(name).local);
    return {
      callId: this.#signalling.callId,
      figures: this.#situation.counted.map((measure) => this.#measure(measure)),
      sources: sources.map(({ host, port }) => `${host}:${port}`),
    };
  }

  async close(): Promise<void> {
    this.#closeSockets();
    await this.#signalling.hangUp();
  }

  #measure(measure: Measure): Figure {
    if (measure.counts === 'caught') {
      return { count: measure.at.reduce((sum, name) => sum + this.#socket(name).received, 0), sent: 0 };
    }
    const listeners = measure.at.flatMap((name) => this.#heard.get(name) ?? []);
    const { of, ssrc, from = 0, until = Number.POSITIVE_INFINITY } = measure;
    const sent = this.#sent
      .filter((packet) => of.includes(packet.from) && packet.at >= from && packet.at < until)
      .filter((packet) => ssrc === undefined || packet.ssrc === ssrc);
    const lost = sent.filter((packet) => !listeners.some((heard) => heard.has(packet)));
    return { count: lost.length, sent: sent.length };
  }

  #socket(name: string): PartySocket {
    const socket = this.#sockets.get(name);
    if (socket === undefined) throw new Error(`nobody is called ${name}`);
    return socket;
  }

  async #open(name: string, at: Endpoint): Promise<void> {
    const heard = new Set<Packet>();
    this.#heard.set(name, heard);
    this.#sockets.set(name, await PartySocket.open(at, (contents) => this.#arrived(contents, heard)));
  }

  #arrived(contents: string, heard: Set<Packet>): void {
    this.#active = performance.now();
    const known = this.#known.get(contents);
    if (known === undefined) return;
    heard.add(known.packet);
    this.#slowestMs = Math.max(this.#slowestMs, this.#active - known.at);
  }

  #closeSockets(): void {
    for (const socket of this.#sockets.values()) socket.close();
  }
}
