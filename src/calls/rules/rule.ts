import type { CallView, Finding, LegView } from '../view.ts';

/** Payload types of comfort noise: the sender pauses, and whoever gets it need not list it. */
export const COMFORT_NOISE: readonly (number | null)[] = [13, 19];

export type LegName = 'caller' | 'callee';

/** One leg of a call, as a rule looks at it, and the leg of the other party. */
export interface Side {
  readonly call: CallView;
  readonly name: LegName;
  readonly leg: LegView;
  readonly otherName: LegName;
  readonly other: LegView;
}

/** A figure that a finding comes from. */
export type Figure = Exclude<keyof CallView, LegName> | `leg.${keyof LegView}` | `other.${keyof LegView}`;

/** What a rule says of a leg; of the whole call when it is a rule about calls. */
export interface Verdict {
  readonly severity: Finding['severity'];
  readonly text: string;
  readonly figures: readonly Figure[];
  readonly advice: string | null;
}

export interface Rule {
  readonly name: string;
  readonly find: (call: CallView) => readonly Finding[];
}

/** A rule about each leg by itself. */
export function legRule(name: string, judge: (side: Side) => Verdict | undefined): Rule {
  return { name, find: (call) => sides(call).flatMap((side) => finding(name, side, side.name, judge(side))) };
}

/** A rule about the call as a whole; its figures may still be those of the caller (`leg`) and the callee (`other`). */
export function callRule(name: string, judge: (call: CallView) => Verdict | undefined): Rule {
  return { name, find: (call) => finding(name, callerSide(call), null, judge(call)) };
}

/** What some rules say of a call, of each leg only the first that has something to say: the others would tell its consequences. */
export function firstFindings(rules: readonly Rule[], call: CallView): Finding[] {
  const found: Finding[] = [];
  for (const rule of rules) {
    const told = found.map(({ leg }) => leg);
    found.push(...rule.find(call).filter(({ leg }) => !told.includes(leg)));
  }
  return found;
}

/** A fault, and what to do about it. */
export function problem(text: string, figures: readonly Figure[], advice: string): Verdict {
  return { severity: 'problem', text, figures, advice };
}

/** A fact that is no fault. */
export function info(text: string, figures: readonly Figure[]): Verdict {
  return { severity: 'info', text, figures, advice: null };
}

/** `1 packet`, `5 packets` */
export function packets(count: number): string {
  return count === 1 ? '1 packet' : `${count} packets`;
}

/** Seconds as people say them. */
export function seconds(value: number): string {
  return value < 120 ? `${Math.round(value)} s` : `${Math.round(value / 60)} min`;
}

/** Seconds from a time of a view until the view was made; infinite when there is no such time. */
export function since(call: CallView, at: string | null): number {
  const age = at === null ? Number.NaN : Date.parse(call.created_at) + call.duration_s * 1000 - Date.parse(at);
  return Number.isNaN(age) ? Number.POSITIVE_INFINITY : age / 1000;
}

/**
 * Seconds for which the parties have known where to send: since signalling last named an address, or one of them began to
 * speak. The time at which a session became complete is not among the figures.
 */
export function settledFor(call: CallView): number {
  const legs = [call.caller, call.callee];
  const signalled = legs.filter((leg) => leg.remote_origin === 'signalled').map((leg) => leg.remote_since_at);
  const times = [...signalled, ...legs.map((leg) => leg.first_packet_at)];
  return Math.min(call.duration_s, ...times.map((at) => since(call, at)));
}

/** One of the parties is on hold, so that either may be silent. */
export function isHeld(call: CallView): boolean {
  return call.caller.on_hold || call.callee.on_hold;
}

function sides(call: CallView): readonly Side[] {
  const { caller, callee } = call;
  return [callerSide(call), { call, name: 'callee', leg: callee, otherName: 'caller', other: caller }];
}

function callerSide(call: CallView): Side {
  return { call, name: 'caller', leg: call.caller, otherName: 'callee', other: call.callee };
}

function finding(rule: string, side: Side, leg: LegName | null, verdict: Verdict | undefined): Finding[] {
  if (verdict === undefined) return [];
  const { severity, text, figures, advice } = verdict;
  return [
    { rule, severity, leg, text, evidence: Object.fromEntries(figures.map((name) => figure(name, side))), advice },
  ];
}

type Value = string | number | boolean | null;

/** A figure by its key in the view, such as `caller.received_packets`. */
function figure(path: Figure, { call, name, otherName }: Side): [string, Value] {
  const [owner = '', key] = path.split('.');
  if (key === undefined) return [path, lookUp(call, path)];
  const leg = owner === 'leg' ? name : otherName;
  return [`${leg}.${key}`, lookUp(call[leg], key)];
}

function lookUp(view: CallView | LegView, key: string): Value {
  const value: unknown = Object.getOwnPropertyDescriptor(view, key)?.value;
  if (Array.isArray(value)) return value.join(',');
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}
