import type { SessionLeg } from '../session/session.ts';
import type { CallHistory } from './history.ts';

/**
 * What of a call its observers have been told. That time passes is no change. It is asked for each call each second, so it makes
 * nothing anew.
 */
export class Told {
  readonly #facts: unknown[] = [];
  #place = 0;
  #changes = 0;

  /** Takes over what there is to tell now; `version` is of the snapshot. Whether that is something else than before. */
  update({ session, legs }: CallHistory, version: number): boolean {
    const before = this.#changes;
    this.#place = 0;
    this.#note(version);
    this.#note(session.complete);
    for (const leg of session.legs) this.#noteLeg(leg);
    for (const { rate, worst } of legs) {
      this.#note(rate);
      this.#note(worst);
    }
    return this.#changes !== before;
  }

  #noteLeg({ port, local, peer, asymmetric, codecs, ptime }: SessionLeg): void {
    this.#note(port);
    this.#note(local);
    this.#note(peer);
    this.#note(asymmetric);
    this.#note(codecs);
    this.#note(ptime);
  }

  #note(fact: unknown): void {
    if (this.#facts[this.#place] !== fact) {
      this.#facts[this.#place] = fact;
      this.#changes += 1;
    }
    this.#place += 1;
  }
}
