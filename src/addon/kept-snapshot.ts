import { performance } from 'node:perf_hooks';
import { SESSION_FIGURES, type SessionFigures } from './contract.ts';
import { ROW_LENGTH, sessionFigures, sessionRows } from './figures.ts';

/** Place of the one figure that changes as time passes. */
const TTL = Object.keys(SESSION_FIGURES).indexOf('ttl');
/** Many calls are over before anybody looks at them. */
const NO_ROW = sessionRows(0);
/** Smaller differences are none: times of day are made of the clock anew for each snapshot. */
const LEAST = 1e-3;

/**
 * The last snapshot of a session, for who looks at it again and again: to find that nothing has changed costs a third of a
 * microsecond and no memory.
 */
export class KeptSnapshot {
  #row = NO_ROW;
  #version = 0;
  #takenAt = Number.NaN;

  /** Grows with each snapshot that is another one; that time passes is no change. 0: there was none yet. */
  get version(): number {
    return this.#version;
  }

  /** When that was, milliseconds of the monotonic clock; NaN: there was none yet. */
  get takenAt(): number {
    return this.#takenAt;
  }

  /** Made anew each time; `FiguresView` reads them from the row without that. */
  get figures(): SessionFigures {
    return sessionFigures(this.#row);
  }

  /** Not to be written; it changes in place with each snapshot, and is empty before the first one. */
  get row(): Float64Array {
    return this.#row;
  }

  /** Takes over the row with that number; false: it is that of a stale handle, and nothing was taken over. */
  take(rows: Float64Array, number: number): boolean {
    const start = number * ROW_LENGTH;
    if (Number.isNaN(rows[start])) return false;
    this.#takenAt = performance.now();
    if (this.#version === 0) this.#row = rows.slice(start, start + ROW_LENGTH);
    if (this.#version === 0 || this.#update(rows, start)) this.#version += 1;
    return true;
  }

  /** Whether anything but the time left has changed. */
  #update(rows: Float64Array, start: number): boolean {
    let changed = false;
    for (let index = 0; index < ROW_LENGTH; index++) {
      const value = rows[start + index] ?? 0;
      if (Math.abs(value - (this.#row[index] ?? 0)) < LEAST) continue;
      this.#row[index] = value;
      if (index !== TTL) changed = true;
    }
    return changed;
  }
}
