import type { CallHistory, LegHistory } from './history.ts';

/** In the place of a figure that is not known. */
const UNKNOWN = -1;

/** What of a call its observers have been told: a few numbers, for there are thousands of calls. That time passes is no change. */
export class Told {
  #version = UNKNOWN;
  #signalledAt = UNKNOWN;
  readonly #legs = [new ToldLeg(), new ToldLeg()] as const;

  /** Takes over what there is to tell now; `version` is of the snapshot. Whether that is something else than before. */
  update({ signalledAt, legs }: CallHistory, version: number): boolean {
    let changed = version !== this.#version || signalledAt !== this.#signalledAt;
    this.#version = version;
    this.#signalledAt = signalledAt;
    for (const index of [0, 1] as const) {
      if (this.#legs[index].update(legs[index])) changed = true;
    }
    return changed;
  }
}

/** What a history adds to a leg's figures. */
class ToldLeg {
  #rate = UNKNOWN;
  #worst = UNKNOWN;

  update({ rate = UNKNOWN, worst = UNKNOWN }: LegHistory): boolean {
    if (rate === this.#rate && worst === this.#worst) return false;
    this.#rate = rate;
    this.#worst = worst;
    return true;
  }
}
