import type { Slice, SliceLeg } from './view.ts';

/** Five minutes of slices. */
export const KEPT_SLICES = 60;
/** Numbers of a leg, in their order. */
const LEG_NUMBERS = 5;
const SLICE_NUMBERS = 2 * LEG_NUMBERS;

/** The last slices of a call, as numbers: as objects they would take five times the memory. */
export class SliceRing {
  /** Ends of the slices, in Unix milliseconds. */
  readonly #ends = new Float64Array(KEPT_SLICES);
  readonly #numbers = new Float32Array(KEPT_SLICES * SLICE_NUMBERS);
  #pushed = 0;

  /** `at` is the end of the slice in Unix milliseconds. */
  push(at: number, caller: SliceLeg, callee: SliceLeg): void {
    const place = this.#pushed % KEPT_SLICES;
    this.#ends[place] = at;
    this.#put(place * SLICE_NUMBERS, caller);
    this.#put(place * SLICE_NUMBERS + LEG_NUMBERS, callee);
    this.#pushed += 1;
  }

  /** The oldest first. */
  list(): Slice[] {
    const first = Math.max(0, this.#pushed - KEPT_SLICES);
    return Array.from({ length: this.#pushed - first }, (_, index) => this.#at((first + index) % KEPT_SLICES));
  }

  #put(from: number, { packets, lost_packets, late_packets, jitter_ms, mos_lq }: SliceLeg): void {
    this.#numbers[from] = packets;
    this.#numbers[from + 1] = lost_packets;
    this.#numbers[from + 2] = late_packets;
    this.#numbers[from + 3] = jitter_ms ?? Number.NaN;
    this.#numbers[from + 4] = mos_lq ?? Number.NaN;
  }

  #at(place: number): Slice {
    const from = place * SLICE_NUMBERS;
    return {
      at: new Date(this.#ends[place] ?? 0).toISOString(),
      caller: legOf(this.#numbers.subarray(from, from + LEG_NUMBERS)),
      callee: legOf(this.#numbers.subarray(from + LEG_NUMBERS, from + SLICE_NUMBERS)),
    };
  }
}

function legOf([packets = 0, lost = 0, late = 0, jitter = Number.NaN, mos = Number.NaN]: Float32Array): SliceLeg {
  return {
    packets,
    lost_packets: lost,
    late_packets: late,
    jitter_ms: hundredths(jitter),
    mos_lq: hundredths(mos),
  };
}

/** Without the digits that a number of 32 bits invents. */
function hundredths(value: number): number | null {
  return Number.isNaN(value) ? null : Math.round(100 * value) / 100;
}
