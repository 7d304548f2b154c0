import type { CallDetail } from '../calls/view.ts';
import type { DetailModel } from './model.ts';

const AGAIN_MS = 2000;

/** Asks for one call again and again, until another is wanted. */
export class DetailWatch {
  readonly #changed: (shown: DetailModel) => void;
  #shown: DetailModel | undefined;
  #leave: AbortController | undefined;

  constructor(changed: (shown: DetailModel) => void) {
    this.#changed = changed;
  }

  /** Shows that call; undefined: none. */
  show(id: string | undefined): void {
    if (id === this.#shown?.id) return;
    this.#leave?.abort();
    this.#shown = undefined;
    if (id === undefined) return;
    this.#leave = new AbortController();
    this.#tell({ id, detail: undefined, state: 'loading' });
    void this.#ask(id, this.#leave.signal);
  }

  async #ask(id: string, left: AbortSignal): Promise<void> {
    const shown = await this.#answer(id, left);
    if (left.aborted) return;
    this.#tell(shown);
    if (shown.state === 'ended' || shown.state === 'absent') return;
    setTimeout(() => void (left.aborted || this.#ask(id, left)), AGAIN_MS);
  }

  /** What there is of the call now; the last that is known, when there is nothing. */
  async #answer(id: string, signal: AbortSignal): Promise<DetailModel> {
    const known = this.#shown?.detail;
    try {
      const response = await fetch(`api/calls/${encodeURIComponent(id)}`, { signal });
      if (response.status === 404) return { id, detail: known, state: known === undefined ? 'absent' : 'ended' };
      if (!response.ok) return { id, detail: known, state: 'failed' };
      const detail: CallDetail = await response.json();
      return { id, detail, state: 'shown' };
    } catch {
      return { id, detail: known, state: 'failed' };
    }
  }

  #tell(shown: DetailModel): void {
    this.#shown = shown;
    this.#changed(shown);
  }
}
