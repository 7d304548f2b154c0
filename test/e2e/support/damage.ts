import type { Packet, PhoneLog } from './paced-phone.ts';

/** Packets of a phone at the end of the call that it is judged by. */
const JUDGED = 25;

/** What a stranger did to a call by attacking the caller's port. */
export interface Damage {
  /** Packets that the stranger got: all, and those that were sent before and after the caller's first one. */
  readonly stolen: number;
  readonly stolenBefore: number;
  readonly stolenAfter: number;
  /** Packets that the callee got and the caller had not sent, likewise. */
  readonly injected: number;
  readonly injectedBefore: number;
  readonly injectedAfter: number;
  /** Percent of the other party's last packets that arrived. */
  readonly callerHeard: number;
  readonly calleeHeard: number;
}

/** Those who took part; the caller may have moved to another address in mid-call. */
export interface Parties {
  readonly caller: PhoneLog;
  readonly moved: PhoneLog;
  readonly callee: PhoneLog;
  readonly stranger: PhoneLog;
}

/** Judged by what was sent in fact. A packet is known by its payload: a stranger may guess all the rest. */
export function damageOf({ caller, moved, callee, stranger }: Parties): Damage {
  const byCaller = [...caller.sent, ...moved.sent];
  const first = byCaller[0]?.at ?? Number.POSITIVE_INFINITY;
  const sent = new Map([...byCaller, ...callee.sent, ...stranger.sent].map((packet) => [packet.mark, packet]));
  const before = ({ mark }: Packet): boolean => (sent.get(mark)?.at ?? Number.POSITIVE_INFINITY) < first;
  const stolen = stranger.arrivals;
  const genuine = new Set(byCaller.map(({ mark }) => mark));
  // A second copy of a packet is none of the caller's.
  const injected = callee.arrivals.filter(({ mark }) => !genuine.delete(mark));
  const [stolenBefore, injectedBefore] = [stolen.filter(before).length, injected.filter(before).length];
  return {
    stolen: stolen.length,
    stolenBefore,
    stolenAfter: stolen.length - stolenBefore,
    injected: injected.length,
    injectedBefore,
    injectedAfter: injected.length - injectedBefore,
    callerHeard: percentHeard([...caller.arrivals, ...moved.arrivals], callee.sent),
    calleeHeard: percentHeard(callee.arrivals, byCaller),
  };
}

function percentHeard(arrivals: readonly Packet[], sent: readonly Packet[]): number {
  const arrived = new Set(arrivals.map(({ mark }) => mark));
  return Math.round((100 * sent.slice(-JUDGED).filter(({ mark }) => arrived.has(mark)).length) / JUDGED);
}
