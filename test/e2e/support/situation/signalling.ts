import { isIPv6 } from 'node:net';
import { type ControlClient, udpClient } from '../../../helpers/control-client.ts';
import { HOST } from '../relay.ts';
import type { Endpoint } from '../udp-peer.ts';
import { endpointOf, type Place, relayFor } from './addresses.ts';
import type { Leg, Party, Signal, Situation } from './situation.ts';

/** How a relay learns of one call and its changes. */
export interface Signalling {
  /** Names the call in the daemon's log. */
  readonly callId: string;
  /** `local`: where the socket of that party is. */
  setUp(local: (party: string) => Endpoint): Promise<void>;
  tell(signal: Signal): Promise<void>;
  /** Where the party sends to; undefined: the daemon has not taken the call. */
  target(party: Party): Endpoint | undefined;
  hangUp(): Promise<void>;
}

/** By commands to the daemon at that control port of 127.0.0.1. */
export class CommandSignalling implements Signalling {
  readonly callId: string;
  readonly #situation: Situation;
  /** Makes the addresses. */
  readonly #number: number;
  readonly #control: ControlClient;
  readonly #ports = new Map<Leg, number>();

  constructor(situation: Situation, number: number, controlPort: number) {
    this.callId = `call-${number}`;
    this.#situation = situation;
    this.#number = number;
    this.#control = udpClient(HOST, controlPort);
  }

  async setUp(): Promise<void> {
    const { caller, callee, codecs } = this.#situation;
    await this.#offer(caller, `from-${this.#number}`, codecs === undefined ? '' : `c${codecs}`);
    await this.#answer(callee);
  }

  tell({ leg, says }: Signal): Promise<void> {
    return leg === 'caller' ? this.#offer(says, this.#tags) : this.#answer(says);
  }

  target({ at, leg, rtcp = false }: Party): Endpoint | undefined {
    const port = this.#ports.get(leg);
    if (port === undefined) return undefined;
    return { host: relayFor(endpointOf(at, this.#number).host), port: port + (rtcp ? 1 : 0) };
  }

  async hangUp(): Promise<void> {
    await this.#control.command(`D ${this.callId} ${this.#tags}`);
  }

  get #tags(): string {
    return `from-${this.#number} to-${this.#number}`;
  }

  /** The reply to one party's address is where the other one sends to. */
  #offer(place: Place, tags: string, modifiers = ''): Promise<void> {
    return this.#ask('U', place, { tags, modifiers, other: 'callee' });
  }

  #answer(place: Place): Promise<void> {
    return this.#ask('L', place, { tags: this.#tags, modifiers: '', other: 'caller' });
  }

  async #ask(command: 'U' | 'L', place: Place, rest: { tags: string; modifiers: string; other: Leg }): Promise<void> {
    const { host, port } = endpointOf(place, this.#number);
    const name = `${command}${isIPv6(host) ? '6' : ''}${rest.modifiers}`;
    const text = `${name} ${this.callId} ${host} ${port} ${rest.tags}`;
    const reply = await this.#control.command(text);
    const answered = /^\d+/.exec(reply)?.[0];
    if (answered !== undefined) this.#ports.set(rest.other, Number(answered));
    else if (!this.#situation.mayBeRefused) throw new Error(`${text}: ${reply}`);
  }
}
