import { setTimeout as delay } from 'node:timers/promises';
import type { ControlClient } from '../../helpers/control-client.ts';
import type { NatKind, Translation } from './nat-box.ts';
import { address, type NatNetwork, STRANGER } from './nat-network.ts';
import type { Arrival } from './paced-phone.ts';
import type { RemotePhone } from './phone-host.ts';
import { portIn } from './relay.ts';
import type { Endpoint } from './udp-peer.ts';

/** Where a phone is and what signalling says about it. */
export interface Scenario {
  readonly nat: NatKind | 'none';
  /**
   * Which address signalling gives: `sdp` that of the phone's socket; `sip` the public address of the phone's SIP messages
   * with the port of its socket, as proxies do who know of NAT; `stun` what a STUN server saw.
   */
  readonly signalled: 'sdp' | 'sip' | 'stun';
  /** The called phone is behind the same NAT; otherwise it has a public address and tells it. */
  readonly bothInside?: boolean;
  /** In mid-call the NAT forgets the caller, who has been silent for so long when it sends again. */
  readonly rebinding?: { readonly silenceMs: number; readonly elsewhere: boolean };
}

/** What one party heard. */
export interface Heard {
  /** From the first packet that the other party sent to the first that came, in ms; undefined: none came. */
  readonly firstMs: number | undefined;
  /** The longest time without a packet after the first one, in ms. */
  readonly gapMs: number;
  /** Of the other party's last packets, in percent: after everything has settled. */
  readonly settledPercent: number;
  /** Packets that the other party did not send. */
  readonly foreign: number;
}

/** When a stranger begins to send to the relay's ports: before the phones, or when they hear each other. */
export type StrangerFrom = 'never' | 'start' | 'later';

export interface Outcome {
  readonly caller: Heard;
  readonly callee: Heard;
  /** Packets that the stranger got. */
  readonly stolen: number;
}

const HEARD_MS = 3000;
const PACKET_MS = 20;
/** The called phone speaks first: whether a caller behind a NAT can hear it is a matter of the signalled address. */
const LEAD_PACKETS = 5;
/** The phones hear each other, in the slowest case. */
const SETTLING_MS = 300;
const BEFORE_REBINDING = 30;
const AFTER_REBINDING = 90;
const PLAIN = 80;
/** The figures at the end of the call are about so many packets, that is a second. */
const SETTLED = 50;
const ON_THEIR_WAY_MS = 200;
const UNTIL_HANGING_UP = 1_000_000;
/** Across the wrap. */
const FIRST_SEQ = 65_500;

let streams = 0;

/** One call after the other, or at the same time: each needs an octet of its own, which makes its addresses. */
export class NatCall {
  readonly #network: NatNetwork;
  readonly #scenario: Scenario;
  readonly #octet: number;
  #translation: Translation | undefined;

  constructor(network: NatNetwork, scenario: Scenario, octet: number) {
    this.#network = network;
    this.#scenario = scenario;
    this.#octet = octet;
  }

  /** Makes the call through the relay. */
  async make(control: ControlClient, strangerFrom: StrangerFrom): Promise<Outcome> {
    const [caller, callee] = [await this.#openCaller(), await this.#openCallee()];
    const id = `call-${this.#octet}`;
    const forCallee = await signal(control, `U ${id} ${await this.#signalledBy(caller)} from`);
    const forCaller = await signal(control, `L ${id} ${await this.#signalledBy(callee)} from to`);
    const startStrangers = () => Promise.all([forCaller, forCallee].map((port) => this.#startStranger(port)));
    const early = strangerFrom === 'start' ? await startStrangers() : [];
    const [callerSsrc, calleeSsrc] = [++streams, ++streams];

    const packets = LEAD_PACKETS + this.#callerPackets + this.#silentPackets;
    const calleeTalk = callee.talk({ to: forCallee, ssrc: calleeSsrc, seq: FIRST_SEQ, packets });
    await delay(LEAD_PACKETS * PACKET_MS);
    const callerTalk = this.#talkOfCaller(caller, forCaller, callerSsrc);
    await delay(SETTLING_MS);
    const late = strangerFrom === 'later' ? await startStrangers() : [];
    const callerStarted = await callerTalk;
    const calleeStarted = await calleeTalk;
    await delay(ON_THEIR_WAY_MS);

    const stolen = await Promise.all([...early, ...late].map(async (stranger) => (await stranger.close()).length));
    const outcome = {
      caller: heard(await caller.close(), calleeSsrc, calleeStarted, packets),
      callee: heard(await callee.close(), callerSsrc, callerStarted, this.#callerPackets),
      stolen: stolen.reduce((sum, count) => sum + count, 0),
    };
    await control.command(`D ${id} from to`);
    return outcome;
  }

  get #callerPackets(): number {
    return this.#scenario.rebinding === undefined ? PLAIN : BEFORE_REBINDING + AFTER_REBINDING;
  }

  get #silentPackets(): number {
    return Math.round((this.#scenario.rebinding?.silenceMs ?? 0) / PACKET_MS);
  }

  async #openCaller(): Promise<RemotePhone> {
    const { nat } = this.#scenario;
    if (nat === 'none') return this.#network.world.open({ host: address.world(this.#octet), port: 4000 });
    const phone = await this.#network.inside.open({ host: address.inside(this.#octet), port: 4000 });
    this.#translation = await this.#network.nat.translate(nat, phone.local, this.#outside(20_000));
    return phone;
  }

  async #openCallee(): Promise<RemotePhone> {
    const { nat, bothInside = false } = this.#scenario;
    if (!bothInside || nat === 'none') return this.#network.world.open({ host: this.#callee, port: 4002 });
    const phone = await this.#network.inside.open({ host: address.insideToo(this.#octet), port: 4002 });
    await this.#network.nat.translate(nat, phone.local, this.#outside(30_000));
    return phone;
  }

  /** In another network than a caller without NAT would be. */
  get #callee(): string {
    return address.worldElsewhere(this.#octet);
  }

  #outside(port: number, elsewhere = false): Endpoint {
    return { host: elsewhere ? address.outsideElsewhere(this.#octet) : address.outside(this.#octet), port };
  }

  /** `ADDRESS PORT` of this phone in signalling. */
  async #signalledBy(phone: RemotePhone): Promise<string> {
    const { signalled } = this.#scenario;
    if (signalled === 'sdp' || phone.local.host === this.#callee) return `${phone.local.host} ${phone.local.port}`;
    const server = await this.#network.world.open({ host: address.world(this.#octet), port: 3478 });
    await phone.say('who am I', server.local);
    const seen = await server.hear('who am I', HEARD_MS);
    await server.close();
    if (seen === null) throw new Error('the phone could not find out its public address');
    return `${seen.host} ${signalled === 'stun' ? seen.port : phone.local.port}`;
  }

  /** Knows the relay's port as soon as there is a call. */
  async #startStranger(to: Endpoint): Promise<RemotePhone> {
    const stranger = await this.#network.stranger.open({ host: STRANGER, port: 0 });
    const ssrc = ++streams;
    await stranger.talk({ to, ssrc, seq: 0, packets: LEAD_PACKETS });
    stranger.talk({ to, ssrc, seq: LEAD_PACKETS, packets: UNTIL_HANGING_UP }).catch(() => {});
    return stranger;
  }

  async #talkOfCaller(caller: RemotePhone, to: Endpoint, ssrc: number): Promise<number> {
    const { rebinding } = this.#scenario;
    if (rebinding === undefined) return caller.talk({ to, ssrc, seq: FIRST_SEQ, packets: PLAIN });
    const rebind = () => this.#translation?.rebind(this.#outside(21_000, rebinding.elsewhere));
    if (rebinding.silenceMs === 0) {
      const talk = caller.talk({ to, ssrc, seq: FIRST_SEQ, packets: this.#callerPackets });
      await delay(BEFORE_REBINDING * PACKET_MS);
      await rebind();
      return talk;
    }
    const started = await caller.talk({ to, ssrc, seq: FIRST_SEQ, packets: BEFORE_REBINDING });
    await Promise.all([rebind(), delay(rebinding.silenceMs)]);
    await caller.talk({ to, ssrc, seq: FIRST_SEQ + BEFORE_REBINDING, packets: AFTER_REBINDING });
    return started;
  }
}

async function signal(control: ControlClient, command: string): Promise<Endpoint> {
  return portIn(await control.command(command));
}

function heard(arrivals: readonly Arrival[], ssrc: number, started: number, packets: number): Heard {
  const known = arrivals.filter((arrival) => arrival.ssrc === ssrc);
  const settled = known.filter(({ seq }) => ((seq - FIRST_SEQ) & 0xffff) >= packets - SETTLED);
  const gaps = known.slice(1).map(({ at }, i) => at - (known[i]?.at ?? at));
  const [first] = known;
  return {
    firstMs: first === undefined ? undefined : first.at - started,
    gapMs: Math.max(0, ...gaps),
    settledPercent: (100 * new Set(settled.map(({ seq }) => seq)).size) / SETTLED,
    foreign: arrivals.length - known.length,
  };
}
