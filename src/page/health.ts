import type { CallView, LegView } from '../calls/view.ts';

/** How bad a figure or a call is; `idle`: there is nothing to judge. */
export const LEVELS = ['idle', 'good', 'fair', 'bad'] as const;
export type Level = (typeof LEVELS)[number];

/** A call in a word. */
export interface Health {
  readonly level: Level;
  readonly word: string;
}

/**
 * As for `explain`: a party has so many seconds to begin; one that is silent for longer than pauses are sends nothing. Packets of
 * other types may be comfort noise, which announces a long pause.
 */
const PATIENCE_S = 5;
const PAUSE_S = 10;
const LONG_PAUSE_S = 60;

/** Below so much most users are content no longer, and nearly all complain (ITU-T G.107 annex B: R of 70 and 60). */
const FAIR_MOS = 3.6;
const BAD_MOS = 3.1;
const FAIR_LOSS_PERCENT = 1;
const BAD_LOSS_PERCENT = 3;
const FAIR_JITTER_MS = 30;
const BAD_JITTER_MS = 60;

export function mosLevel(mos: number | null): Level {
  if (mos === null) return 'idle';
  return mos < BAD_MOS ? 'bad' : mos < FAIR_MOS ? 'fair' : 'good';
}

export function lossLevel(percent: number | null): Level {
  return levelAbove(percent, FAIR_LOSS_PERCENT, BAD_LOSS_PERCENT);
}

export function jitterLevel(milliseconds: number | null): Level {
  return levelAbove(milliseconds, FAIR_JITTER_MS, BAD_JITTER_MS);
}

/**
 * The worst thing that can be said of a call from its figures alone; `explain` says more. A call in which nothing happens is not
 * told again: `elapsed` are the seconds since.
 */
export function healthOf(call: CallView, elapsed: number): Health {
  return setUpHealth(call) ?? mediaHealth(call, elapsed) ?? qualityHealth(call);
}

function setUpHealth(call: CallView): Health | undefined {
  if (call.fork_target) return { level: 'idle', word: 'Fork' };
  if (call.caller.looped || call.callee.looped) return { level: 'bad', word: 'Loop' };
  return call.complete ? undefined : { level: 'idle', word: 'Setup' };
}

function mediaHealth(call: CallView, elapsed: number): Health | undefined {
  const silent = [call.caller, call.callee].filter((leg) => isSilent(leg, elapsed));
  if (silent.length === 0) return undefined;
  if (call.caller.on_hold || call.callee.on_hold) return { level: 'idle', word: 'On hold' };
  if (call.caller.playing || call.callee.playing) return { level: 'idle', word: 'Prompt' };
  if (silent.some((leg) => leg.first_packet_at === null) && settledFor(call) + elapsed < PATIENCE_S) {
    return { level: 'idle', word: 'Starting' };
  }
  return { level: 'bad', word: silent.length === 2 ? 'No media' : 'One-way' };
}

function qualityHealth(call: CallView): Health {
  const legs = [call.caller, call.callee];
  const levels = legs.flatMap((leg) => [mosLevel(leg.mos_lq), lossLevel(leg.loss_percent), jitterLevel(leg.jitter_ms)]);
  if (levels.includes('bad')) return { level: 'bad', word: 'Poor' };
  if (legs.some((leg) => leg.latch_state === 'contested')) return { level: 'fair', word: 'Contested' };
  return levels.includes('fair') ? { level: 'fair', word: 'Fair' } : { level: 'good', word: 'Good' };
}

function isSilent(leg: LegView, elapsed: number): boolean {
  const pause = leg.other_payload_packets > 0 ? LONG_PAUSE_S : PAUSE_S;
  return leg.since_last_packet_s === null || leg.since_last_packet_s + elapsed > pause;
}

/** Seconds since signalling last named an address, or one of them began to speak. */
function settledFor({ created_at, duration_s, caller, callee }: CallView): number {
  const now = Date.parse(created_at) + duration_s * 1000;
  const times = [caller, callee].flatMap((leg) => [
    leg.remote_origin === 'signalled' ? leg.remote_since_at : null,
    leg.first_packet_at,
  ]);
  return Math.min(duration_s, ...times.flatMap((at) => (at === null ? [] : (now - Date.parse(at)) / 1000)));
}

function levelAbove(value: number | null, fair: number, bad: number): Level {
  if (value === null) return 'idle';
  return value >= bad ? 'bad' : value >= fair ? 'fair' : 'good';
}
