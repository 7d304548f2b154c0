import type { ServerResponse } from 'node:http';
import type { CallListener, CallSource } from '../calls/source.ts';
import type { CallView } from '../calls/view.ts';
import { CALLS_A_MESSAGE, CALLS_A_TURN } from './call-json.ts';
import { callsFrame, EventStream, frame } from './event-stream.ts';

const TOTALS_MS = 1000;

/**
 * The clients of `/api/events`. Calls are watched while there is one, and each change of a call is made JSON once for all of
 * them, a few calls in a turn of the event loop.
 */
export class EventStreams implements CallListener {
  readonly #source: CallSource;
  readonly #streams = new Set<EventStream>();
  /** Every call as JSON, by its id; and those that have changed since. */
  readonly #texts = new Map<string, string>();
  readonly #changed = new Map<string, CallView>();
  /** Of these the ones that the next message tells, made JSON already. */
  readonly #told = new Map<string, string>();
  #ready = false;
  #unsubscribe: (() => void) | undefined;
  #turn: NodeJS.Immediate | undefined;
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
    if (this.#ready && this.#changed.size + this.#told.size === 0) stream.ready();
    this.#start();
  }

  close(): void {
    for (const stream of this.#streams) stream.close();
  }

  calls(calls: readonly CallView[]): void {
    for (const call of calls) this.#changed.set(call.id, call);
    this.#later();
  }

  ready(): void {
    this.#ready = true;
    this.#later();
  }

  ended(ids: readonly string[]): void {
    for (const id of ids) {
      this.#changed.delete(id);
      this.#told.delete(id);
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
    clearImmediate(this.#turn);
    this.#turn = undefined;
    this.#ready = false;
    this.#texts.clear();
    this.#changed.clear();
    this.#told.clear();
  }

  #totalsFrame(): Buffer {
    return frame('totals', JSON.stringify(this.#source.totals()));
  }

  /** Commands come first. */
  #later(): void {
    this.#turn ??= setImmediate(() => {
      this.#turn = undefined;
      this.#tell();
    });
  }

  #tell(): void {
    let made = 0;
    for (const [id, call] of this.#changed) {
      this.#changed.delete(id);
      const text = JSON.stringify(call);
      this.#texts.set(id, text);
      this.#told.set(id, text);
      made += 1;
      if (made === CALLS_A_TURN) break;
    }
    const all = this.#changed.size === 0;
    if (all || this.#told.size >= CALLS_A_MESSAGE) this.#send();
    if (!all) this.#later();
    else if (this.#ready) for (const stream of this.#streams) stream.ready();
  }

  #send(): void {
    if (this.#told.size === 0) return;
    const ids = [...this.#told.keys()];
    const message = callsFrame([...this.#told.values()]);
    this.#told.clear();
    for (const stream of this.#streams) stream.changed(ids, message);
  }
}
