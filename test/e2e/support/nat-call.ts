import { setTimeout as delay } from 'node:timers/promises';
import type { ControlClient } from '../../helpers/control-client.ts';
import type { NatKind, Translation } from './nat-box.ts';
import { address, type NatNetwork, STRANGER } from './nat-network.ts';
import { PACKET_MS, type PacedPhone, type Packet, type PhoneLog, type Speech } from './paced-phone.ts';
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
  readonly rebinding?: Rebinding;
}

interface Rebinding {
  readonly silenceMs: number;
  readonly elsewhere: boolean;
}

/** What one party heard. */
export interface Heard {
  /** From the first packet that the other party sent to the first that came, in ms; undefined: none came. */
  readonly firstMs: number | undefined;
  /** The longest time without a packet after the first one, in ms. */
  readonly gapMs: number;
  /** Of the other party's last packets, in percent: after everything has settled. */
  readonly settledPercent: number;
  /** Packets that the other party did not send, from its first one on. */
  readonly foreign: number;
}

/** When a stranger begins to send to the relay's ports: before the phones, or when they hear each other. */
export type StrangerFrom = 'never' | 'start' | 'later';

/** Packets to one party that a stranger got instead: sent before and after the first packet of that party itself. */
export interface Theft {
  readonly before: number;
  readonly after: number;
}

export interface Outcome {
  readonly caller: Heard;
  readonly callee: Heard;
  /** Packets that strangers got: all, of one another too, and those that were meant for a party. */
  readonly stolen: number;
  readonly stolenFrom: { readonly caller: Theft; readonly callee: Theft };
}

const HEARD_MS = 3000;
/** The called phone speaks first: whether a caller behind a NAT can hear it is a matter of the signalled address. */
const LEAD_PACKETS = 5;
/** And then between the caller's packets, so that there is no doubt which of two packets came first. */
const LEAD_MS = (LEAD_PACKETS + 0.5) * PACKET_MS;
/** Packets after which the phones certainly hear each other. */
const SETTLING = 10;
const BEFORE_REBINDING = 30;
const AFTER_REBINDING = 90;
const PLAIN = 80;
/** The figures at the end of the call are about so many packets, that is a second. */
const SETTLED = 50;
const ON_THEIR_WAY_MS = 200;
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
    const startStrangers = async () => {
      const [atCaller, atCallee] = await Promise.all([this.#startStranger(forCaller), this.#startStranger(forCallee)]);
      return { atCaller, atCallee };
    };
    const early = strangerFrom === 'start' ? await startStrangers() : undefined;
    const [callerSsrc, calleeSsrc] = [++streams, ++streams];

    const start = this.#network.pacer.now;
    void callee.talk({ to: forCallee, ssrc: calleeSsrc, seq: FIRST_SEQ, at: start });
    const callerTalk = this.#talkOfCaller(caller, {
      to: forCaller,
      ssrc: callerSsrc,
      seq: FIRST_SEQ,
      at: start + LEAD_MS,
    });
    await Promise.all([caller.listen(calleeSsrc, SETTLING, HEARD_MS), callee.listen(callerSsrc, SETTLING, HEARD_MS)]);
    const strangers = strangerFrom === 'later' ? await startStrangers() : early;
    await callerTalk;
    callee.hush();
    await delay(ON_THEIR_WAY_MS);

    const [atCaller, atCallee] = [strangers?.atCaller.close(), strangers?.atCallee.close()];
    const logs = { caller: caller.close(), callee: callee.close() };
    const [byCaller, byCallee] = [sentAs(logs.caller, callerSsrc), sentAs(logs.callee, calleeSsrc)];
    await control.command(`D ${id} from to`);
    return {
      caller: heard(logs.caller, byCallee),
      callee: heard(logs.callee, byCaller),
      stolen: (atCaller?.arrivals.length ?? 0) + (atCallee?.arrivals.length ?? 0),
      stolenFrom: { caller: theft(atCaller, byCallee, byCaller), callee: theft(atCallee, byCaller, byCallee) },
    };
  }

  async #openCaller(): Promise<PacedPhone> {
    const { nat } = this.#scenario;
    if (nat === 'none') return this.#network.world.open({ host: address.world(this.#octet), port: 4000 });
    const phone = await this.#network.inside.open({ host: address.inside(this.#octet), port: 4000 });
    this.#translation = await this.#network.nat.translate(nat, phone.local, this.#outside(20_000));
    return phone;
  }

  async #openCallee(): Promise<PacedPhone> {
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
  async #signalledBy(phone: PacedPhone): Promise<string> {
    const { signalled } = this.#scenario;
    if (signalled === 'sdp' || phone.local.host === this.#callee) return `${phone.local.host} ${phone.local.port}`;
    const server = await this.#network.world.open({ host: address.world(this.#octet), port: 3478 });
    phone.say('who am I', server.local);
    const seen = await server.hear('who am I', HEARD_MS);
    server.close();
    if (seen === null) throw new Error('the phone could not find out its public address');
    return `${seen.host} ${signalled === 'stun' ? seen.port : phone.local.port}`;
  }

  /** Knows the relay's port as soon as there is a call. */
  async #startStranger(to: Endpoint): Promise<PacedPhone> {
    const stranger = await this.#network.stranger.open({ host: STRANGER, port: 0 });
    const ssrc = ++streams;
    await stranger.talk({ to, ssrc, seq: 0, packets: LEAD_PACKETS });
    void stranger.talk({ to, ssrc, seq: LEAD_PACKETS });
    return stranger;
  }

  async #talkOfCaller(caller: PacedPhone, speech: Speech): Promise<void> {
    const { rebinding: rebinds } = this.#scenario;
    if (rebinds === undefined) {
      await caller.talk({ ...speech, packets: PLAIN });
      return;
    }
    await caller.talk({ ...speech, packets: BEFORE_REBINDING });
    let [rebound, seq] = [false, speech.seq + BEFORE_REBINDING];
    const rebinding = this.#rebind(rebinds).then(() => {
      rebound = true;
    });
    // The NAT box takes its time; what is judged begins when it is done.
    const { to, ssrc } = speech;
    for (; rebinds.silenceMs === 0 && !rebound; seq++) await caller.talk({ to, ssrc, seq, packets: 1 });
    await rebinding;
    await caller.talk({ to, ssrc, seq, packets: AFTER_REBINDING });
  }

  async #rebind({ silenceMs, elsewhere }: Rebinding): Promise<void> {
    await Promise.all([this.#translation?.rebind(this.#outside(21_000, elsewhere)), delay(silenceMs)]);
  }
}

async function signal(control: ControlClient, command: string): Promise<Endpoint> {
  return portIn(await control.command(command));
}

/** The packets of a stream that left in fact. */
function sentAs({ sent }: PhoneLog, ssrc: number): Packet[] {
  return sent.filter((packet) => packet.ssrc === ssrc);
}

/** What a party heard of what the other one sent. */
function heard({ arrivals }: PhoneLog, sent: readonly Packet[]): Heard {
  const marks = new Set(sent.map(({ mark }) => mark));
  const known = arrivals.filter(({ mark }) => marks.has(mark));
  const arrived = new Set(known.map(({ mark }) => mark));
  const settled = sent.slice(-SETTLED).filter(({ mark }) => arrived.has(mark));
  const gaps = known.slice(1).map(({ at }, i) => at - (known[i]?.at ?? at));
  const [first] = known;
  return {
    firstMs: first === undefined ? undefined : first.at - (sent[0]?.at ?? 0),
    gapMs: Math.max(0, ...gaps),
    settledPercent: (100 * settled.length) / SETTLED,
    foreign: arrivals.filter(({ mark, at }) => !marks.has(mark) && at > (first?.at ?? 0)).length,
  };
}

/** What a stranger got of the packets that were sent to a party, which itself sent these. */
function theft(stranger: PhoneLog | undefined, sent: readonly Packet[], byParty: readonly Packet[]): Theft {
  const first = byParty[0]?.at ?? Number.POSITIVE_INFINITY;
  const got = new Set(stranger?.arrivals.map(({ mark }) => mark));
  const stolen = sent.filter(({ mark }) => got.has(mark));
  const before = stolen.filter(({ at }) => at < first).length;
  return { before, after: stolen.length - before };
}
