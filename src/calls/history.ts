import type { LegFigures, SessionFigures } from '../addon/contract.ts';
import { SliceMeter, type SliceQualities } from '../quality/slices.ts';
import { type PacketCounts, streamQuality } from '../quality/stream.ts';
import type { Session } from '../session/session.ts';
import { Digits, type SentDigit } from './digits.ts';
import { SliceRing } from './slice-ring.ts';
import { rounded, timestampMs } from './units.ts';
import type { Slice, SliceLeg } from './view.ts';

/** Length of a slice in milliseconds. */
export const SLICE_MS = 5000;
/** A shorter time says too little of a rate. */
const LEAST_RATE_MS = 500;

const SILENCE: SliceLeg = { packets: 0, lost_packets: 0, late_packets: 0, jitter_ms: null, mos_lq: null };

/** What an observed call has been like so far. Times are in milliseconds of the monotonic clock. */
export class CallHistory {
  readonly session: Session;
  /** Unix milliseconds. */
  readonly createdAt = Date.now();
  /** Grows from call to call. */
  readonly ordinal: number;
  readonly legs: readonly [LegHistory, LegHistory];
  #signalledAt: number;
  /** When the next slice is complete. */
  #cutAt: number;
  #ring: SliceRing | undefined;

  constructor(session: Session, ordinal: number, now: number) {
    this.session = session;
    this.ordinal = ordinal;
    this.legs = [new LegHistory(now), new LegHistory(now)];
    this.#cutAt = now + SLICE_MS;
    this.#signalledAt = session.createdAt;
  }

  /** When signalling has said something last. */
  get signalledAt(): number {
    return this.#signalledAt;
  }

  /** Signalling has said something. */
  signalled(now: number): void {
    this.#signalledAt = now;
  }

  /** A slice is complete. */
  due(now: number): boolean {
    return now >= this.#cutAt;
  }

  /** Takes in what the engine says now. */
  look({ legs }: SessionFigures, now: number): void {
    for (const index of [0, 1] as const) this.legs[index].look(legs[index], now);
  }

  /** The engine says the same as before. */
  pass(now: number): void {
    for (const leg of this.legs) leg.pass(now);
  }

  /** Ends a slice; `at` is the time in Unix milliseconds. */
  cut({ legs }: SessionFigures, now: number, at: number): void {
    this.#push(now, at, this.legs[1].cut(legs[1]), this.legs[0].cut(legs[0]));
  }

  /** The same when the engine says the same as at the last cut. */
  cutSilence(now: number, at: number): void {
    this.#push(now, at, SILENCE, SILENCE);
  }

  #push(now: number, at: number, caller: SliceLeg, callee: SliceLeg): void {
    // One that comes late does not make the next one short.
    this.#cutAt = Math.max(this.#cutAt, now - SLICE_MS / 2) + SLICE_MS;
    this.#ring ??= new SliceRing();
    this.#ring.push(at, caller, callee);
  }

  /** Takes in the final figures. */
  end(figures: SessionFigures, now: number): void {
    this.look(figures, now);
    for (const index of [0, 1] as const) this.legs[index].end(figures.legs[index]);
  }

  /** Those of the last five minutes, the oldest first. */
  slices(): Slice[] {
    return this.#ring?.list() ?? [];
  }
}

/** What the party of a leg has sent so far. */
export class LegHistory {
  readonly #meter = new SliceMeter();
  #lookedAt: number;
  /** Packets by then, and by now. */
  #received = 0;
  #latest = 0;
  #rate: number | undefined;
  #digits: Digits | undefined;

  constructor(now: number) {
    this.#lookedAt = now;
  }

  /** Packets a second over the last interval; undefined before the first one. */
  get rate(): number | undefined {
    return this.#rate;
  }

  /** MOS of the worst slice. */
  get worst(): number | undefined {
    return this.#meter.min;
  }

  get qualities(): SliceQualities {
    return this.#meter.qualities;
  }

  /** Those that a module has found; undefined: none. */
  get digits(): Digits | undefined {
    return this.#digits;
  }

  /** One that ended at `at`, Unix milliseconds. */
  addDigit(digit: SentDigit, at: number): void {
    this.#digits ??= new Digits();
    this.#digits.add(digit, at);
  }

  look(figures: LegFigures, now: number): void {
    this.#latest = figures.rtp.received;
    this.pass(now);
  }

  /** No packet has come since. */
  pass(now: number): void {
    const passed = now - this.#lookedAt;
    if (passed < LEAST_RATE_MS) return;
    this.#rate = (1000 * (this.#latest - this.#received)) / passed;
    this.#received = this.#latest;
    this.#lookedAt = now;
  }

  /** Ends the last slice. */
  end(figures: LegFigures): void {
    this.#meter.cut(countsOf(figures), figures.payloadType);
  }

  cut(figures: LegFigures): SliceLeg {
    const { expected, lost, late, mos } = this.#meter.cut(countsOf(figures), figures.payloadType);
    return {
      packets: Math.max(0, expected - lost),
      lost_packets: lost,
      late_packets: late,
      jitter_ms: expected === 0 ? null : timestampMs(figures.jitterLast, figures.payloadType),
      mos_lq: rounded(mos, 2),
    };
  }
}

/** MOS of the whole stream; `delay` is from mouth to ear in milliseconds. */
export function legQuality(figures: LegFigures, delay = 0): number | undefined {
  return streamQuality(countsOf(figures), figures.payloadType, delay);
}

/** Of the packets expected; undefined when none were. */
export function lossPercent({ sent, received }: LegFigures): number | undefined {
  return sent === 0 ? undefined : (100 * (sent - received)) / sent;
}

/** What the quality of a stream is estimated from. */
export function countsOf({ sent, received, lossEvents, late }: LegFigures): PacketCounts {
  return { expected: sent, lost: sent - received, lossEvents, late };
}
