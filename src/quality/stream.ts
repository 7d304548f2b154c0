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
 * MOS of a stream with that payload type; `delay` is from mouth to ear in milliseconds, 0 for listening alone. Undefined for
 * fewer than 50 packets, and for a codec without known impairment.
 */
export function streamQuality(counts: PacketCounts, payloadType: number, delay = 0): number | undefined {
  const impairment = staticCodec(payloadType)?.impairment;
  if (impairment === undefined || counts.expected < LEAST_PACKETS) return undefined;
  return mosOf(rating(impairment, lossOf(counts), delay));
}
