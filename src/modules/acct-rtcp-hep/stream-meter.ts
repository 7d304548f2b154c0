import type { LegFigures } from '../../addon/contract.ts';
import { countsOf } from '../../calls/history.ts';
import { timestampMs } from '../../calls/units.ts';
import { SliceMeter } from '../../quality/slices.ts';
import { type PacketCounts, streamRating } from '../../quality/stream.ts';

/** What a party has sent over an interval or in a whole call. Null: not known. Times are in milliseconds. */
export interface StreamStatistics {
  readonly received: number;
  /** In the payload of RTP. */
  readonly bytes: number;
  readonly expected: number;
  readonly lost: number;
  readonly reordered: number;
  readonly ssrcChanges: number;
  /** Mean time from packet to packet. */
  readonly gap: number | null;
  readonly jitter: number | null;
  readonly rating: number | null;
}

/** What a party has sent since the last look at it, and how that was. */
export interface StreamQualities {
  readonly now: StreamStatistics;
  /** Of the call so far. */
  readonly maxGap: number;
  readonly maxJitter: number | null;
  readonly meanJitter: number | null;
  /** R of the worst interval, and the mean of all. */
  readonly minRating: number | null;
  readonly meanRating: number | null;
}

/** Measures what a party sends in intervals. */
export class StreamMeter {
  readonly #slices = new SliceMeter();
  #before: LegFigures | undefined;
  #min: number | null = null;
  #sum = 0;
  #rated = 0;

  /** Ends an interval. */
  cut(figures: LegFigures): StreamQualities {
    const slice = this.#slices.cut(countsOf(figures), figures.payloadType);
    const now = statisticsOf(figures, this.#before, slice);
    this.#before = figures;
    this.#rate(now.rating);
    return this.#qualities(now, figures);
  }

  /** The whole call, in which the last interval has been cut. */
  whole(figures: LegFigures): StreamQualities {
    return this.#qualities(statisticsOf(figures, undefined, countsOf(figures)), figures);
  }

  #rate(rating: number | null): void {
    if (rating === null) return;
    this.#min = Math.min(rating, this.#min ?? rating);
    this.#sum += rating;
    this.#rated += 1;
  }

  #qualities(now: StreamStatistics, figures: LegFigures): StreamQualities {
    const { payloadType, jitterMax, jitterAvg, longestIpi } = figures;
    return {
      now,
      maxGap: 1000 * longestIpi,
      maxJitter: timestampMs(jitterMax, payloadType),
      meanJitter: timestampMs(jitterAvg, payloadType),
      minRating: this.#min,
      meanRating: this.#rated === 0 ? null : this.#sum / this.#rated,
    };
  }
}

function statisticsOf(figures: LegFigures, before: LegFigures | undefined, counts: PacketCounts): StreamStatistics {
  const received = figures.rtp.received - (before?.rtp.received ?? 0);
  return {
    received,
    bytes: figures.payloadBytes - (before?.payloadBytes ?? 0),
    expected: counts.expected,
    lost: counts.lost,
    reordered: figures.reordered - (before?.reordered ?? 0),
    ssrcChanges: ssrcChanges(figures) - ssrcChanges(before),
    gap: meanGap(figures, before, received),
    jitter: timestampMs(figures.jitterLast, figures.payloadType),
    rating: streamRating(counts, figures.payloadType) ?? null,
  };
}

/** The first SSRC is no change. */
function ssrcChanges(figures: LegFigures | undefined): number {
  return Math.max(0, (figures?.ssrcChanges ?? 0) - 1);
}

function meanGap(figures: LegFigures, before: LegFigures | undefined, received: number): number | null {
  const last = before?.lastIn ?? 0;
  const [begin, gaps] = last === 0 ? [figures.firstIn, received - 1] : [last, received];
  return gaps > 0 ? (1000 * (figures.lastIn - begin)) / gaps : null;
}
