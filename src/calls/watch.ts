import { performance } from 'node:perf_hooks';
import type { SessionFigures } from '../addon/contract.ts';
import type { Engine } from '../addon/engine.ts';
import { FiguresView } from '../addon/figures-view.ts';
import { KeptSnapshot } from '../addon/kept-snapshot.ts';
import type { LegIndex } from '../addon/types.ts';
import type { Logger } from '../log/log.ts';
import type { SessionObserver } from '../session/observers.ts';
import type { Session } from '../session/session.ts';
import { Audience, type Telling } from './audience.ts';
import { callView } from './call-view.ts';
import { Told } from './change.ts';
import type { SentDigit } from './digits.ts';
import { explain } from './explain.ts';
import { fits } from './filter.ts';
import { CallHistory } from './history.ts';
import { LoadMeter } from './load.ts';
import { Pace } from './pace.ts';
import { type CallEnd, EndedCall } from './record.ts';
import type { CallFilter, CallListener, CallPage, CallSource } from './source.ts';
import type { CallDetail, CallView, TotalsView } from './view.ts';

/** The part of the engine that tells of calls. */
export type CallEngine = Pick<Engine, 'askSnapshots' | 'totals' | 'workers'>;

/** What a call watch needs of the daemon. */
export interface CallWatchParts {
  readonly engine: CallEngine;
  readonly logger: Logger;
  readonly version: string;
  /** No new calls are taken. */
  draining(): boolean;
  /** Calls end with the daemon. */
  stopping(): boolean;
  callsCreated(): number;
}

const ROUND_MS = 1000;
/** Calls that the engine is asked about at once, which wakes its workers. */
const CALLS_ASKED = 64;
/** Calls of a page that the engine is asked about at once. */
const CALLS_LISTED = 16;
/** For so long after its begin, and after signalling, there is more to see of a call than that it goes on. Milliseconds. */
const NEW_MS = 10_000;
/** Looks without any change after which a call is quiet; it is looked at every so many rounds then. */
const QUIET_LOOKS = 5;
const QUIET_ROUNDS = 2;
/** Of calls whose media goes on each round has so many: more of them take turns, and each has one after so many rounds at the latest. */
const CALLS_A_ROUND = 100;
const MOST_ROUNDS = 5;
/** What a call counts for in a `Pace`: one, and more if it has changed, or if it is shown to somebody. */
const CHANGED_COUNTS = 2;
const SHOWN_COUNTS = 20;

/**
 * Observes all calls: as a `SessionObserver` it knows which there are, and it asks the engine how they are, for slices of 5 s,
 * in turns of some seconds while somebody has subscribed, and when it is asked. It watches from its construction to `close`.
 */
export class CallWatch implements CallSource, Pick<SessionObserver, 'created' | 'signalled' | 'removed' | 'retired'> {
  readonly #parts: CallWatchParts;
  readonly #load: LoadMeter;
  readonly #startedAt = new Date().toISOString();
  /** By handle, in the order of their creation. */
  readonly #calls = new Map<number, Watched>();
  /** Those that the engine has not let go of yet. */
  readonly #ending = new Map<number, Ending>();
  /** Of the call that is looked at. */
  readonly #view = new FiguresView();
  readonly #audience = new Audience();
  readonly #endListeners: ((ended: EndedCall) => void)[] = [];
  readonly #timer: NodeJS.Timeout;
  #ordinal = 0;
  #rounds = 0;
  #round: Promise<void> | undefined;
  #closed = false;

  constructor(parts: CallWatchParts) {
    this.#parts = parts;
    this.#load = new LoadMeter(parts.engine);
    this.#timer = setInterval(() => this.#tick(), ROUND_MS).unref();
  }

  created(session: Session): void {
    this.#ordinal += 1;
    this.#calls.set(session.handle, {
      history: new CallHistory(session, this.#ordinal, performance.now()),
      snapshot: new KeptSnapshot(),
      seen: 0,
      turnAt: 0,
      turnVersion: 0,
      same: 0,
      cut: 0,
      told: new Told(),
    });
  }

  signalled({ handle }: Session): void {
    this.#calls.get(handle)?.history.signalled(performance.now());
  }

  removed({ handle }: Session, timedOut: boolean): void {
    const watched = this.#calls.get(handle);
    if (watched === undefined) return;
    this.#calls.delete(handle);
    this.#audience.ended(String(handle));
    const reason = this.#parts.stopping() ? 'stopped' : 'deleted';
    const end: CallEnd = { reason: timedOut ? 'timeout' : reason, at: performance.now(), unix: Date.now() };
    if (this.#endListeners.length > 0) this.#ending.set(handle, { history: watched.history, end });
  }

  retired({ handle }: Session, figures: SessionFigures): void {
    const ending = this.#ending.get(handle);
    if (ending === undefined) return;
    this.#ending.delete(handle);
    const { history, end } = ending;
    history.end(figures, end.at);
    const ended = new EndedCall(history, figures, end);
    for (const listener of this.#endListeners) listener(ended);
  }

  /** A module has found a digit of a leg's party, which ended at `at`, Unix milliseconds. */
  digit({ handle }: Session, leg: LegIndex, digit: SentDigit, at: number): void {
    const { history } = this.#calls.get(handle) ?? this.#ending.get(handle) ?? {};
    history?.legs[leg].addDigit(digit, at);
  }

  /** `listener` is told of every call that ends from now on. */
  onEnd(listener: (ended: EndedCall) => void): void {
    this.#endListeners.push(listener);
  }

  totals(): TotalsView {
    const { engine, version, draining, callsCreated } = this.#parts;
    return {
      version,
      started_at: this.#startedAt,
      draining: draining(),
      calls: this.#calls.size,
      calls_created: callsCreated(),
      packets_per_second: engine.totals().packetsPerSecond,
      workers: this.#load.workers,
      event_loop_lag_ms: this.#load.lag,
    };
  }

  async list(filter: CallFilter, limit: number, cursor?: string): Promise<CallPage> {
    const behind = cursor === undefined ? 0 : ordinalOf(cursor);
    const { callId: wanted = '' } = filter;
    const candidates = [...this.#calls.values()].filter(
      ({ history: { ordinal, session } }) => ordinal > behind && session.callId.includes(wanted),
    );
    const found: { readonly call: CallView; readonly ordinal: number }[] = [];
    // One more than asked for tells whether there is more.
    const pace = new Pace(true);
    await inGroups(candidates, CALLS_LISTED, async (some) => {
      await this.#look(some, pace, ({ history }, now, figures) => {
        const call = callView(history, figures, now);
        if (fits(call, filter)) found.push({ call, ordinal: history.ordinal });
        return SHOWN_COUNTS;
      });
      return found.length <= limit;
    });
    const page = found.slice(0, limit);
    const last = page.at(-1);
    return {
      calls: page.map(({ call }) => call),
      next: found.length > limit && last !== undefined ? String(last.ordinal) : undefined,
    };
  }

  async find(id: string): Promise<CallDetail | undefined> {
    let detail: CallDetail | undefined;
    const watched = this.#named(id);
    await this.#look(watched === undefined ? [] : [watched], new Pace(true), ({ history }, now, figures) => {
      const call = callView(history, figures, now);
      detail = { call, slices: history.slices(), findings: explain(call) };
      return SHOWN_COUNTS;
    });
    return detail;
  }

  subscribe(listener: CallListener): () => void {
    const end = this.#audience.add(listener);
    // Not within this call: the listener is not ready before it returns.
    setImmediate(() => this.#begin());
    return end;
  }

  /** Nobody is told anything from now on, and the engine is not asked. */
  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#load.close();
  }

  #named(id: string): Watched | undefined {
    const named = /^[1-9]\d{0,15}$/.test(id) ? this.#calls.get(Number(id)) : undefined;
    if (named !== undefined) return named;
    const ofCall = [...this.#calls.values()].filter(({ history }) => history.session.callId === id);
    return ofCall.length === 1 ? ofCall[0] : undefined;
  }

  #tick(): void {
    this.#load.sample();
    this.#begin();
  }

  /** Starts a round unless one is under way. */
  #begin(): void {
    if (this.#closed || this.#round !== undefined) return;
    this.#round = this.#observe()
      .catch((error: unknown) => this.#parts.logger.log('ERR', 'watch', `calls were not observed: ${String(error)}`))
      .finally(() => {
        this.#round = undefined;
      });
  }

  async #observe(): Promise<void> {
    this.#audience.tellEnded();
    const telling = this.#audience.empty ? undefined : this.#audience.begin();
    const now = performance.now();
    this.#rounds += 1;
    const calls = this.#toLookAt(telling, now);
    const pace = new Pace(telling?.toldAll === true);
    await inGroups(calls, CALLS_ASKED, async (some) => {
      await this.#look(some, pace, (watched, then, figures, moved) =>
        this.#see(watched, then, figures, telling, moved),
      );
      return !this.#closed;
    });
    if (this.#closed) return;
    telling?.end();
    this.#audience.tellEnded();
  }

  /** Those whose slice is complete, and those whose turn it is. */
  #toLookAt(telling: Telling | undefined, now: number): Watched[] {
    const all = [...this.#calls.values()];
    if (telling === undefined) return all.filter(({ history }) => history.due(now));
    const isNew = ({ history }: Watched): boolean => now - history.signalledAt < NEW_MS;
    const active = all.filter((watched) => watched.same === 0 && !isNew(watched)).length;
    const turns = Math.min(MOST_ROUNDS, Math.max(1, Math.ceil(active / CALLS_A_ROUND)));
    return all.filter((watched) => {
      const hasTurn = telling.toldAll || isNew(watched) || this.#hasTurn(watched, turns);
      if (hasTurn) watched.turnAt = this.#rounds;
      return hasTurn || watched.history.due(now);
    });
  }

  /** By its ordinal, so that rounds have about as many; those that go on have one in so many `turns`. */
  #hasTurn({ history, same, turnAt }: Watched, turns: number): boolean {
    const rounds = same === 0 ? turns : same < QUIET_LOOKS ? 1 : QUIET_ROUNDS;
    return (history.ordinal + this.#rounds) % rounds === 0 || this.#rounds - turnAt >= rounds;
  }

  /** Cuts the call's slice if it is complete; if it is its turn, tells of it what there is to tell. */
  #see(watched: Watched, now: number, figures: SessionFigures, telling: Telling | undefined, moved: boolean): number {
    const { history, snapshot, told, turnVersion } = watched;
    const due = history.due(now);
    if (due) cut(watched, figures, now);
    const seen = due ? CHANGED_COUNTS : 0;
    if (telling === undefined || watched.turnAt !== this.#rounds) return seen;
    // The turn before a new client's first round may be long ago, and before the first turn there was none.
    const goesOn = telling.toldAll ? moved : turnVersion > 0 && turnVersion !== snapshot.version;
    watched.same = goesOn ? 0 : watched.same + 1;
    watched.turnVersion = snapshot.version;
    const changed = told.update(history, snapshot.version);
    if (!changed && !telling.toldAll) return seen;
    telling.tell(callView(history, figures, now), changed);
    return SHOWN_COUNTS;
  }

  /** Has `see` see those calls that go on, as they are now, few in a turn. */
  async #look(calls: readonly Watched[], pace: Pace, see: See): Promise<void> {
    const live = calls.filter(({ history }) => !history.session.ended);
    if (live.length === 0 || this.#closed) return;
    const handles = live.map(({ history }) => history.session.handle);
    const kept = live.map(({ snapshot }) => snapshot);
    const found = await this.#parts.engine.askSnapshots(handles, kept);
    for (let index = 0; index < live.length; index++) {
      const watched = live[index];
      if (pace.due) await pace.next();
      if (watched === undefined || found[index] !== true || watched.history.session.ended) continue;
      const { history, snapshot } = watched;
      const figures = this.#view.of(snapshot.row);
      // Somebody else may have asked since.
      const now = snapshot.takenAt;
      const changed = watched.seen !== snapshot.version;
      if (changed) history.look(figures, now);
      else history.pass(now);
      const moved = changed && watched.seen > 0;
      watched.seen = snapshot.version;
      pace.count((changed ? CHANGED_COUNTS : 1) + see(watched, now, figures, moved));
    }
  }
}

interface Ending {
  readonly history: CallHistory;
  readonly end: CallEnd;
}

interface Watched {
  readonly history: CallHistory;
  readonly snapshot: KeptSnapshot;
  /** Version of the snapshot that the history has, and that of the last cut. */
  seen: number;
  cut: number;
  /** Round of its last turn, version of the snapshot by then, and in how many turns in a row that was the same. */
  turnAt: number;
  turnVersion: number;
  same: number;
  readonly told: Told;
}

/**
 * `figures` are those of the call now, and until it returns; `moved`: others than at the last look. What is made of them is used at once and
 * garbage with the turn: what lives longer the collector has to copy. Returns what it counts for in the turn.
 */
type See = (watched: Watched, now: number, figures: SessionFigures, moved: boolean) => number;

function cut(watched: Watched, figures: SessionFigures, now: number): void {
  const { history, snapshot } = watched;
  if (watched.cut === snapshot.version) history.cutSilence(now, Date.now());
  else history.cut(figures, now, Date.now());
  watched.cut = snapshot.version;
}

/** Gives `work` so many at a time until it returns false. */
async function inGroups<T>(
  items: readonly T[],
  size: number,
  work: (some: readonly T[]) => Promise<boolean>,
): Promise<void> {
  for (let from = 0; from < items.length; from += size) {
    if (!(await work(items.slice(from, from + size)))) return;
  }
}

function ordinalOf(cursor: string): number {
  const ordinal = /^\d{1,15}$/.test(cursor) ? Number(cursor) : Number.NaN;
  if (Number.isNaN(ordinal)) throw new RangeError(`${cursor.slice(0, 40)} is no cursor`);
  return ordinal;
}
