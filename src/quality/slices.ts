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

const NOTHING: PacketCounts = { expected: 0, lost: 0, lossEvents: 0, late: 0 };

/** Cuts a stream into slices by the differences of its cumulative counts. */
export class SliceMeter {
  #before: PacketCounts = NOTHING;
  #min: number | undefined;
  #sum = 0;
  #count = 0;

  /** The slice from the last cut to these counts. */
  cut(counts: PacketCounts, payloadType: number): SliceCounts {
    const slice = difference(counts, this.#before);
    this.#before = counts;
    const mos = streamQuality(slice, payloadType);
    if (mos !== undefined) {
      this.#min = Math.min(mos, this.#min ?? mos);
      this.#sum += mos;
      this.#count += 1;
    }
    return { ...slice, mos };
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
function difference(now: PacketCounts, before: PacketCounts): PacketCounts {
  const since = (name: keyof PacketCounts): number => Math.max(0, now[name] - before[name]);
  return { expected: since('expected'), lost: since('lost'), lossEvents: since('lossEvents'), late: since('late') };
}
