import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../../../helpers/deadline.ts';
import { sharedClock } from '../paced-phone.ts';
import { CALLS } from './addresses.ts';
import { type Figure, PlayedCall } from './played-call.ts';
import type { Situation } from './situation.ts';
import { type Step, timeOf, timetable } from './timetable.ts';

/** One situation, and the daemons that it is played in, by their control ports. */
export interface Play {
  readonly situation: Situation;
  readonly controlPorts: readonly number[];
}

export interface Played {
  /** For each daemon what each measure came to. */
  readonly figures: readonly (readonly Figure[])[];
  /** What the call is in the log of each daemon. */
  readonly callIds: readonly string[];
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
let calls = 0;

/**
 * Plays a situation in all the daemons at the same time. All its parties go by one clock and one timetable, so that a
 * process that stalls may be late but never changes the order of things.
 */
export async function play({ situation, controlPorts }: Play): Promise<Played> {
  const steps = timetable(situation);
  const begin = sharedClock() + SET_UP_MS + ((++plays * SPREAD_STEP_MS) % SPREAD_MS);
  const numbers = controlPorts.map(() => (calls++ % CALLS) + 1);
  const played: PlayedCall[] = [];
  try {
    for (const [i, port] of controlPorts.entries()) {
      played.push(await PlayedCall.setUp(situation, numbers[i] ?? 0, port));
    }
    await delay(Math.max(0, begin - sharedClock()));
    const lateMs = await follow(steps, played);
    await until(() => played.every(({ quietMs }) => quietMs > QUIET_MS), END_MS, 'end of the packets');
    return {
      figures: played.map((call) => situation.counted.map((measure) => call.measure(measure))),
      callIds: numbers.map(PlayedCall.idOf),
      lateMs: Math.max(lateMs, ...played.map(({ slowestMs }) => slowestMs)),
    };
  } finally {
    await Promise.all(played.map((call) => call.close()));
  }
}

/** Does all steps of the timetable, or those that are due at once; returns by how much the latest one was late. */
async function follow(steps: readonly Step[], played: readonly PlayedCall[]): Promise<number> {
  const started = sharedClock();
  let lateMs = 0;
  for (const step of steps) {
    const early = started + timeOf(step) - sharedClock();
    if (early > 0) await delay(Math.ceil(early));
    else lateMs = Math.max(lateMs, -early);
    if ('packet' in step) for (const call of played) call.send(step.packet);
    else await Promise.all(played.map((call) => call.signal(step.signal)));
  }
  return lateMs;
}
