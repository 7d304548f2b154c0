import type { ServerResponse } from 'node:http';
import type { CallListener, CallSource } from '../calls/source.ts';
import type { CallView } from '../calls/view.ts';
import { CALLS_A_MESSAGE } from './call-json.ts';
import { CallText } from './call-text.ts';
import { callsFrame, EventStream, frame } from './event-stream.ts';

const TOTALS_MS = 1000;

/**
 * The clients of `/api/events`. Calls are watched while there is one, and each change of a call is made JSON once for all of
 * them.
 */
export class EventStreams implements CallListener {
  readonly #source: CallSource;
  readonly #streams = new Set<EventStream>();
  /** The text of every call, by its id; and of those that the next message tells. */
  readonly #texts = new Map<string, CallText>();
  readonly #next = new Map<string, CallText>();
  #ready = false;
  #unsubscribe: (() => void) | undefined;
  #totals: NodeJS.Timeout | undefined;

  constructor(source: CallSource) {
    this.#source = source;
  }

  get size(): number {
    return this.#streams.size;
  }

  /** Sends events until the client goes or is dropped; `response` has its head. */
  add(response: ServerResponse): void {
    const stream = new EventStream(response, this.#texts);
    this.#streams.add(stream);
    response.once('close', () => {
      this.#streams.delete(stream);
      if (this.#streams.size === 0) this.#stop();
    });
    stream.totals(this.#totalsFrame());
    if (this.#ready && this.#next.size === 0) stream.ready();
    this.#start();
  }

  close(): void {
    for (const stream of this.#streams) stream.close();
  }

  call(call: CallView): void {
    const text = this.#texts.get(call.id) ?? new CallText();
    text.set(call);
    this.#texts.set(call.id, text);
    this.#next.set(call.id, text);
    if (this.#next.size >= CALLS_A_MESSAGE) this.#send();
  }

  pause(): void {
    this.#send();
    // Those that have come since the last pause have been told what there was before them.
    if (this.#ready) for (const stream of this.#streams) stream.ready();
  }

  ready(): void {
    this.#ready = true;
    for (const stream of this.#streams) stream.ready();
  }

  ended(ids: readonly string[]): void {
    for (const id of ids) {
      this.#next.delete(id);
      this.#texts.delete(id);
    }
    const message = frame('ended', JSON.stringify({ ids }));
    for (const stream of this.#streams) stream.ended(ids, message);
  }

  #start(): void {
    if (this.#unsubscribe !== undefined) return;
    this.#unsubscribe = this.#source.subscribe(this);
    this.#totals = setInterval(() => {
      const message = this.#totalsFrame();
      for (const stream of this.#streams) stream.totals(message);
    }, TOTALS_MS);
  }

  #stop(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    clearInterval(this.#totals);
    this.#ready = false;
    this.#texts.clear();
    this.#next.clear();
  }

  #totalsFrame(): Buffer {
    return frame('totals', JSON.stringify(this.#source.totals()));
  }

  #send(): void {
    if (this.#next.size === 0) return;
    const ids = [...this.#next.keys()];
    const message = callsFrame([...this.#next.values()]);
    this.#next.clear();
    for (const stream of this.#streams) stream.changed(ids, message);
  }
}
