import { setTimeout as delay } from 'node:timers/promises';
import type { ControlClient } from '../../helpers/control-client.ts';
import { PacedPhone } from './paced-phone.ts';
import { portIn, rtcpOf } from './relay.ts';
import { rtcpPacket } from './rtp-packet.ts';
import type { Endpoint } from './udp-peer.ts';

const PACKET_MS = 20;
const PACKETS = 60;
/** Packets of a phone at the end of the call that it is judged by. */
const JUDGED = 25;
const ON_THEIR_WAY_MS = 150;

/** What a stranger does to the port that the caller sends to, and what signalling does meanwhile. */
export interface Attack {
  /** When the stranger begins, in ms from the end of call set-up; the phones begin after 100 ms. */
  readonly from: number;
  readonly packets: number;
  /** The stranger knows the SSRC of the phone and its sequence numbers. */
  readonly guessed?: boolean;
  readonly rtcp?: boolean;
  readonly weak?: boolean;
  /** The caller is signalled again after 500 ms: as before, or at another address where it goes on. */
  readonly reinvite?: 'same' | 'new';
}

export interface Damage {
  /** Packets that the stranger got, and packets of the stranger that the callee got. */
  readonly stolen: number;
  readonly injected: number;
  /** Percent of the other party's last packets that arrived. */
  readonly callerHeard: number;
  readonly calleeHeard: number;
}

let calls = 0;

/** Makes a call whose caller is at a public-like loopback address, with a stranger from another network. */
export async function attack(control: ControlClient, plan: Attack): Promise<Damage> {
  const number = ++calls;
  const id = `attack-${number}`;
  const at = (network: number): Endpoint => ({ host: `127.${network}.0.${number}`, port: 0 });
  const [caller, callee, moved, stranger] = await Promise.all([2, 3, 4, 5].map((n) => PacedPhone.open(at(n))));
  if (!caller || !callee || !moved || !stranger) throw new Error('no phones');
  const where = ({ local }: PacedPhone): string => `${local.host} ${local.port}`;
  const letter = plan.weak === true ? 'Uw' : 'U';
  const forCallee = portIn(await control.command(`${letter} ${id} ${where(caller)} from`));
  const forCaller = portIn(await control.command(`L ${id} ${where(callee)} from to`));
  const ssrc = { caller: number * 16, callee: number * 16 + 1, stranger: number * 16 + 2 };

  const strike = async (): Promise<void> => {
    await delay(plan.from);
    if (plan.rtcp === true) {
      for (let i = 0; i < plan.packets; i++, await delay(PACKET_MS)) {
        stranger.say(rtcpPacket(ssrc.stranger).toString('latin1'), rtcpOf(forCaller));
      }
      return;
    }
    const started = Math.max(0, Math.round((plan.from - 100) / PACKET_MS));
    const forged = plan.guessed === true ? { ssrc: ssrc.caller, seq: started + 1 } : { ssrc: ssrc.stranger, seq: 9000 };
    await stranger.talk({ to: forCaller, ...forged, packets: plan.packets });
  };
  const speak = async (): Promise<void> => {
    await delay(100);
    const before = plan.reinvite === 'new' ? 20 : PACKETS;
    await caller.talk({ to: forCaller, ssrc: ssrc.caller, seq: 0, packets: before });
    if (before < PACKETS) {
      await moved.talk({ to: forCaller, ssrc: ssrc.caller, seq: before, packets: PACKETS - before });
    }
  };
  const answer = async (): Promise<void> => {
    await delay(100);
    // For the caller, who has no socket for it: somebody else may have.
    if (plan.rtcp === true) callee.say(rtcpPacket(ssrc.callee).toString('latin1'), rtcpOf(forCallee));
    await callee.talk({ to: forCallee, ssrc: ssrc.callee, seq: 0, packets: PACKETS });
  };
  const signal = async (): Promise<void> => {
    if (plan.reinvite === undefined) return;
    await delay(500);
    await control.command(`${letter} ${id} ${where(plan.reinvite === 'new' ? moved : caller)} from to`);
  };
  await Promise.all([strike(), speak(), answer(), signal()]);
  await delay(ON_THEIR_WAY_MS);

  const heard = (arrivals: ReturnType<PacedPhone['close']>, source: number): number => {
    const last = arrivals.filter((one) => one.ssrc === source && one.seq >= PACKETS - JUDGED).map(({ seq }) => seq);
    return Math.round((100 * new Set(last).size) / JUDGED);
  };
  const toCaller = [...caller.close(), ...moved.close()];
  const toCallee = callee.close();
  // What a guessed stream injects cannot be told from the phone's own by its SSRC, only by coming twice.
  const genuine = new Set(toCallee.filter((one) => one.ssrc === ssrc.caller).map(({ seq }) => seq)).size;
  const damage = {
    stolen: stranger.close().length,
    injected: toCallee.length - genuine,
    callerHeard: heard(toCaller, ssrc.callee),
    calleeHeard: heard(toCallee, ssrc.caller),
  };
  await control.command(`D ${id} from to`);
  return damage;
}
