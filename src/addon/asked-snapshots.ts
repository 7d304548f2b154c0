import { EngineError } from './errors.ts';
import { sessionRows } from './figures.ts';
import type { KeptSnapshot } from './kept-snapshot.ts';
import type { NativeEngine, SessionHandle } from './types.ts';

/** Questions about many sessions, one after the other, for whose answers nobody waits. */
export class AskedSnapshots {
  readonly #native: NativeEngine;
  /** As long as was needed so far. */
  #rows = sessionRows(0);
  /** Of the question that the workers have; and when that and all behind it will have been answered. */
  #answered: ((rows: Float64Array | undefined) => void) | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(native: NativeEngine) {
    this.#native = native;
  }

  /** Resolves with false for each session that was removed; with nothing else once the engine is closed. */
  ask(sessions: readonly SessionHandle[], kept: readonly KeptSnapshot[]): Promise<boolean[]> {
    const answer = this.#last.then(async () => {
      const rows = await this.#rowsOf(sessions);
      return kept.map((snapshot, row) => rows !== undefined && snapshot.take(rows, row));
    });
    this.#last = answer.catch(() => {});
    return answer;
  }

  /** Takes the answer if it is there. */
  deliver(): void {
    if (this.#answered === undefined || this.#closed) return;
    if (this.#native.takeSnapshots(this.#rows) !== null) this.#settle(this.#rows);
  }

  close(): void {
    this.#closed = true;
    this.#settle(undefined);
  }

  #rowsOf(sessions: readonly SessionHandle[]): Promise<Float64Array | undefined> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return resolve(undefined);
      if (this.#rows.length < sessionRows(sessions.length).length) this.#rows = sessionRows(sessions.length);
      const errno = this.#native.askSnapshots(Float64Array.from(sessions));
      if (errno !== 0) return reject(new EngineError(errno, 'askSnapshots'));
      this.#answered = resolve;
      // No worker has to be asked about sessions that nothing was ever done to.
      this.deliver();
    });
  }

  #settle(rows: Float64Array | undefined): void {
    const answered = this.#answered;
    this.#answered = undefined;
    answered?.(rows);
  }
}
