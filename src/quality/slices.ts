import { type PacketCounts, streamQuality } from './stream.ts';

/** What of the quality of a stream's slices is kept. */
export interface SliceQualities {
  /** MOS of the worst slice, and the mean of all; undefined: none had one. */
  readonly min: number | undefined;
  readonly mean: number | undefined;
}

/** One slice. */
export interface SliceCounts extends PacketCounts {
  readonly mos: number | undefined;
}

/** Cuts a stream into slices by the differences of its cumulative counts. Of each call of a relay it does so every 5 s. */
export class SliceMeter {
  /** Counts at the last cut. */
  #expected = 0;
  #lost = 0;
  #lossEvents = 0;
  #late = 0;
  #min: number | undefined;
  #sum = 0;
  #count = 0;

  /** The slice from the last cut to these counts. */
  cut({ expected, lost, lossEvents, late }: PacketCounts, payloadType: number): SliceCounts {
    const counts = {
      expected: since(this.#expected, expected),
      lost: since(this.#lost, lost),
      lossEvents: since(this.#lossEvents, lossEvents),
      late: since(this.#late, late),
    };
    this.#expected = expected;
    this.#lost = lost;
    this.#lossEvents = lossEvents;
    this.#late = late;
    const mos = streamQuality(counts, payloadType);
    if (mos !== undefined) this.#add(mos);
    return { ...counts, mos };
  }

  #add(mos: number): void {
    this.#min = Math.min(mos, this.#min ?? mos);
    this.#sum += mos;
    this.#count += 1;
  }

  /** MOS of the worst slice. */
  get min(): number | undefined {
    return this.#min;
  }

  get qualities(): SliceQualities {
    return { min: this.#min, mean: this.#count === 0 ? undefined : this.#sum / this.#count };
  }
}

/** A packet that comes out of order takes back a loss of the slice before: that is no negative loss of this one. */
function since(before: number, now: number): number {
  return Math.max(0, now - before);
}
