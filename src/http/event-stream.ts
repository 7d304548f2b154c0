import type { ServerResponse } from 'node:http';
import { CALLS_A_MESSAGE } from './call-json.ts';
import type { CallText } from './call-text.ts';

/** A client that has not read what it got for so long is dropped. */
const PATIENCE_MS = 10_000;
/** Calls whose end a client has not heard of yet. */
const MAX_UNTOLD = 100_000;

/** One message of `text/event-stream`. JSON has no line breaks. */
export function frame(event: string, data: string): Buffer {
  return Buffer.from(`event: ${event}\ndata: ${data}\n\n`);
}

const HEAD = Buffer.from('event: calls\ndata: {"calls":[');
const COMMA = Buffer.from(',');
const TAIL = Buffer.from(']}\n\n');

/** The message `calls` with the texts of calls. */
export function callsFrame(calls: readonly CallText[]): Buffer {
  const parts = calls.flatMap(({ bytes }, index) => (index === 0 ? [bytes] : [COMMA, bytes]));
  return Buffer.concat([HEAD, ...parts, TAIL]);
}

/**
 * One client of `/api/events`. Who reads slower than calls change gets them less often, each as it is by then: what waits in
 * memory is one message, and the names of calls that it has not been told of yet.
 */
export class EventStream {
  readonly #response: ServerResponse;
  /** The text of every call, by its id. */
  readonly #calls: ReadonlyMap<string, CallText>;
  readonly #patience: number;
  /** Calls to tell, and calls whose end is to be told, once the client has read. */
  readonly #changed: Set<string>;
  readonly #ended = new Set<string>();
  #ready: 'not yet' | 'due' | 'told' = 'not yet';
  /** The client has to read first. */
  #blocked = false;
  #stall: NodeJS.Timeout | undefined;
  #turn: NodeJS.Immediate | undefined;

  /** `response` has its head. */
  constructor(response: ServerResponse, calls: ReadonlyMap<string, CallText>, patience = PATIENCE_MS) {
    this.#response = response;
    this.#calls = calls;
    this.#patience = patience;
    this.#changed = new Set(calls.keys());
    response.on('drain', () => this.#drained());
    response.once('close', () => this.#stop());
    this.#later();
  }

  /** These calls are new or have changed, and `message` tells that. */
  changed(ids: readonly string[], message: Buffer): void {
    if (this.#upToDate) this.#write(message);
    else for (const id of ids) this.#changed.add(id);
  }

  ended(ids: readonly string[], message: Buffer): void {
    for (const id of ids) this.#changed.delete(id);
    if (!this.#blocked && this.#ended.size === 0) this.#write(message);
    else for (const id of ids) this.#ended.add(id);
    if (this.#ended.size > MAX_UNTOLD) this.close();
  }

  /** Every call that there was at the start has been told to the streams. */
  ready(): void {
    if (this.#ready !== 'not yet') return;
    this.#ready = 'due';
    this.#later();
  }

  /** The next one comes soon: left out where it would have to wait. */
  totals(message: Buffer): void {
    if (!this.#blocked) this.#write(message);
  }

  close(): void {
    this.#response.destroy();
  }

  get #upToDate(): boolean {
    return !this.#blocked && this.#changed.size === 0 && this.#ended.size === 0;
  }

  #write(message: Buffer): void {
    if (this.#response.destroyed || this.#response.write(message)) return;
    this.#blocked = true;
    this.#stall ??= setTimeout(() => this.close(), this.#patience);
  }

  #drained(): void {
    clearTimeout(this.#stall);
    this.#stall = undefined;
    this.#blocked = false;
    this.#later();
  }

  /** Commands come first. */
  #later(): void {
    this.#turn ??= setImmediate(() => {
      this.#turn = undefined;
      this.#catchUp();
    });
  }

  #catchUp(): void {
    if (this.#blocked || this.#response.destroyed) return;
    if (this.#ended.size > 0) {
      const ids = [...this.#ended];
      this.#ended.clear();
      this.#write(frame('ended', JSON.stringify({ ids })));
    } else if (this.#changed.size > 0) {
      this.#write(callsFrame(this.#nextCalls()));
    } else if (this.#ready === 'due') {
      this.#ready = 'told';
      this.#write(frame('ready', '{}'));
    }
    const more = this.#changed.size > 0 || this.#ended.size > 0 || this.#ready === 'due';
    if (more && !this.#blocked) this.#later();
  }

  #nextCalls(): CallText[] {
    const calls: CallText[] = [];
    for (const id of this.#changed) {
      this.#changed.delete(id);
      const text = this.#calls.get(id);
      if (text !== undefined) calls.push(text);
      if (calls.length === CALLS_A_MESSAGE) break;
    }
    return calls;
  }

  #stop(): void {
    clearTimeout(this.#stall);
    clearImmediate(this.#turn);
    this.#changed.clear();
    this.#ended.clear();
  }
}
