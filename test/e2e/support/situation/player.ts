import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../../../helpers/deadline.ts';
import type { Endpoint } from '../udp-peer.ts';
import type { Place } from './addresses.ts';
import { type CallRecord, PlayedCall } from './played-call.ts';
import type { Signalling } from './signalling.ts';
import type { Situation } from './situation.ts';
import { type Step, timeOf, timetable } from './timetable.ts';

/** One daemon for a situation, and the addresses of the parties there. */
export interface Part {
  readonly signalling: Signalling;
  endpointOf(place: Place): Endpoint;
}

export interface Played {
  /** One for each part. */
  readonly calls: readonly CallRecord[];
  /** By how much, at worst, something happened later than it should have, in ms: the machine was busy with others. */
  readonly lateMs: number;
}

/** Plays that are asked for at the same time are all set up by then: that takes time from those that have begun. */
const SET_UP_MS = 1500;
/** Plays that begin at the same time are spread over a second: their packets do not all fall together. */
const SPREAD_MS = 1000;
const SPREAD_STEP_MS = 37;
/** After so long nothing more comes. */
const QUIET_MS = 300;
const END_MS = 20_000;

let plays = 0;

/**
 * Plays a situation in all the daemons at the same time. All its parties go by one clock and one timetable, so that a
 * process that stalls may be late but never changes the order of things.
 */
export async function play(situation: Situation, parts: readonly Part[]): Promise<Played> {
  const steps = timetable(situation);
  const begin = performance.now() + SET_UP_MS + ((++plays * SPREAD_STEP_MS) % SPREAD_MS);
  const calls: PlayedCall[] = [];
  try {
    for (const { signalling, endpointOf } of parts)
      calls.push(await PlayedCall.setUp(situation, signalling, endpointOf));
    await delay(Math.max(0, begin - performance.now()));
    const lateMs = await follow(steps, calls);
    await until(() => calls.every(({ quietMs }) => quietMs > QUIET_MS), END_MS, 'end of the packets');
    return {
      calls: calls.map((call) => call.record()),
      lateMs: Math.max(lateMs, ...calls.map(({ slowestMs }) => slowestMs)),
    };
  } finally {
    await Promise.all(calls.map((call) => call.close()));
  }
}

/** Does all steps of the timetable, or those that are due at once; returns by how much the latest one was late. */
async function follow(steps: readonly Step[], calls: readonly PlayedCall[]): Promise<number> {
  const started = performance.now();
  let lateMs = 0;
  for (const step of steps) {
    const early = started + timeOf(step) - performance.now();
    if (early > 0) await delay(Math.ceil(early));
    lateMs = Math.max(lateMs, performance.now() - started - timeOf(step));
    if ('packet' in step) for (const call of calls) call.send(step.packet);
    else await Promise.all(calls.map((call) => call.tell(step.signal)));
  }
  return lateMs;
}
