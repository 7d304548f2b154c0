import { staticCodec } from './codecs.ts';
import { type Loss, mosOf, rating } from './emodel.ts';

/** Packets of a stream, since its beginning or over an interval. */
export interface PacketCounts {
  /** By sequence numbers. */
  readonly expected: number;
  /** Did not come, and in how many runs. */
  readonly lost: number;
  readonly lossEvents: number;
  /** Came later than a jitter buffer waits. */
  readonly late: number;
}

/** Fewer packets say nothing. */
const LEAST_PACKETS = 50;

/** Packets that did not come in time, and how they were spread. */
export function lossOf({ expected, lost, lossEvents, late }: PacketCounts): Loss {
  if (expected <= 0) return { percent: 0, burstRatio: 1 };
  const rate = Math.min(1, Math.max(0, (lost + late) / expected));
  const burstLength = lossEvents > 0 ? lost / lossEvents : 1;
  return { percent: 100 * rate, burstRatio: Math.max(1, burstLength * (1 - rate)) };
}

/**
 * R of a stream with that payload type, 0 to 100; `delay` is from mouth to ear in milliseconds, 0 for listening alone. Undefined for
 * fewer than 50 packets, and for a codec without known impairment.
 */
export function streamRating(counts: PacketCounts, payloadType: number, delay = 0): number | undefined {
  const impairment = staticCodec(payloadType)?.impairment;
  if (impairment === undefined || counts.expected < LEAST_PACKETS) return undefined;
  return Math.min(100, Math.max(0, rating(impairment, lossOf(counts), delay)));
}

/** The same as MOS. */
export function streamQuality(counts: PacketCounts, payloadType: number, delay = 0): number | undefined {
  const r = streamRating(counts, payloadType, delay);
  return r === undefined ? undefined : mosOf(r);
}
