import { setTimeout as delay } from 'node:timers/promises';
import type { ControlClient } from '../../helpers/control-client.ts';
import { type Damage, damageOf } from './damage.ts';
import { PACKET_MS, PacedPhone, type Speech } from './paced-phone.ts';
import { Pacer } from './pacer.ts';
import { portIn, rtcpOf } from './relay.ts';
import type { Endpoint } from './udp-peer.ts';

const PACKETS = 60;
/** When the caller begins, and when it is signalled again, in ms from the end of call set-up. */
const CALLER_MS = 100;
const REINVITE_MS = 500;
/** The callee speaks between the caller's packets, so that there is no doubt which of two packets came first. */
const CALLEE_MS = CALLER_MS + PACKET_MS / 2;
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

let calls = 0;

/** Makes a call whose caller is at a public-like loopback address, with a stranger from another network. */
export async function attack(control: ControlClient, plan: Attack): Promise<Damage> {
  const number = ++calls;
  const id = `attack-${number}`;
  const pacer = new Pacer();
  const at = (network: number): Endpoint => ({ host: `127.${network}.0.${number}`, port: 0 });
  const [caller, callee, moved, stranger] = await Promise.all([2, 3, 4, 5].map((n) => PacedPhone.open(at(n), pacer)));
  if (!caller || !callee || !moved || !stranger) throw new Error('no phones');
  const where = ({ local }: PacedPhone): string => `${local.host} ${local.port}`;
  const letter = plan.weak === true ? 'Uw' : 'U';
  const forCallee = portIn(await control.command(`${letter} ${id} ${where(caller)} from`));
  const forCaller = portIn(await control.command(`L ${id} ${where(callee)} from to`));

  const start = pacer.now;
  const speech = speeches(plan, { number, start, forCaller, forCallee });
  const signalAgain = (): Promise<string> =>
    new Promise((resolve, reject) => {
      const phone = where(plan.reinvite === 'new' ? moved : caller);
      const signal = () => control.command(`${letter} ${id} ${phone} from to`).then(resolve, reject);
      pacer.at(start + REINVITE_MS, () => void signal());
    });
  const talks = [
    stranger.talk(speech.stranger),
    caller.talk(speech.caller),
    moved.talk(speech.moved),
    ...speech.callee.map((one) => callee.talk(one)),
  ];
  await Promise.all([...talks, plan.reinvite === undefined ? undefined : signalAgain()]);
  await delay(ON_THEIR_WAY_MS);

  const logs = { caller: caller.close(), moved: moved.close(), callee: callee.close(), stranger: stranger.close() };
  await control.command(`D ${id} from to`);
  return damageOf(logs);
}

interface Line {
  /** Of the call. */
  readonly number: number;
  readonly start: number;
  readonly forCaller: Endpoint;
  readonly forCallee: Endpoint;
}

/** Who says what and when. */
function speeches(plan: Attack, { number, start, forCaller, forCallee }: Line) {
  const ssrc = { caller: number * 16, callee: number * 16 + 1, stranger: number * 16 + 2 };
  const { from, packets, rtcp = false } = plan;
  const begun = Math.max(0, Math.round((from - CALLER_MS) / PACKET_MS));
  const forged = plan.guessed === true ? { ssrc: ssrc.caller, seq: begun + 1 } : { ssrc: ssrc.stranger, seq: 9000 };
  const stranger: Speech = { to: rtcp ? rtcpOf(forCaller) : forCaller, ...forged, packets, at: start + from, rtcp };

  const before = plan.reinvite === 'new' ? (REINVITE_MS - CALLER_MS) / PACKET_MS : PACKETS;
  const ofCaller = (seq: number, count: number): Speech => ({
    to: forCaller,
    ssrc: ssrc.caller,
    seq,
    packets: count,
    at: start + CALLER_MS + seq * PACKET_MS,
  });
  const ofCallee: Speech = { to: forCallee, ssrc: ssrc.callee, seq: 0, packets: PACKETS, at: start + CALLEE_MS };
  // For the caller, who has no socket for it: somebody else may have.
  const report: Speech = { ...ofCallee, to: rtcpOf(forCallee), packets: 1, rtcp: true };
  return {
    stranger,
    caller: ofCaller(0, before),
    moved: ofCaller(before, PACKETS - before),
    callee: rtcp ? [report, ofCallee] : [ofCallee],
  };
}
