import { loadNative } from './binding.ts';
import { EngineError } from './errors.ts';
import { decodeEvents, type EngineEvent } from './events.ts';
import {
  BOTH_LEGS,
  type EngineTotals,
  EVENT_SIZE,
  type LegIndex,
  type LegStats,
  type NativeEngine,
  type NativeEngineOptions,
  NO_TOS,
  PEER_KIND,
  SESSION_FIELDS,
  type SessionStats,
  TOTAL_FIELDS,
} from './types.ts';

/** Where signalling says that a leg's peer is. */
export type EnginePeer =
  | { readonly kind: 'none' }
  | { readonly kind: 'hold' }
  | { readonly kind: 'address'; readonly host: string; readonly port: number };

/** What the engine tells its owner, between commands. */
export interface EngineListener {
  event(event: EngineEvent): void;
  /** A removed session has come back with its final figures; its ports are free. */
  retired(session: number, stats: SessionStats): void;
}

const EVENTS_PER_CALL = 256;
const FIRST_LEG_FIELD = 1;
const FIELDS_PER_LEG = (SESSION_FIELDS.length - FIRST_LEG_FIELD) / 2;

/**
 * Typed facade over the native relay engine; the only importer of the binding. Sessions are opaque numbers. All calls are
 * synchronous and short; `stats` and `settle` wait for a relay worker, for microseconds.
 */
export class Engine {
  readonly #native: NativeEngine;
  readonly #listener: EngineListener;
  readonly #events = Buffer.alloc(EVENTS_PER_CALL * EVENT_SIZE);
  readonly #fields = new Float64Array(SESSION_FIELDS.length);
  readonly #totals = new Float64Array(TOTAL_FIELDS.length);
  #closed = false;

  /** Starts the relay workers. Throws NativeAddonError, or EngineError when threads or descriptors cannot be had. */
  constructor(options: NativeEngineOptions, listener: EngineListener) {
    this.#listener = listener;
    const native = loadNative();
    try {
      this.#native = new native.NativeEngine(options, () => this.#wake());
    } catch (error) {
      if (error instanceof Error && 'errno' in error)
        throw new EngineError(Number(error.errno), 'start of relay workers');
      throw error;
    }
  }

  /** A session without ports whose timers stand at `ttl` seconds. */
  createSession(ttl: number): number {
    return this.#native.createSession(ttl);
  }

  /** Binds the RTP port and the RTCP port behind it for a leg; 0 or an errno, see `isPortBusy`. */
  openLeg(session: number, leg: LegIndex, host: string, port: number, tos: number | undefined): number {
    return this.#native.openLeg(session, leg, host, port, tos ?? NO_TOS);
  }

  /** Relays packets from now on. */
  complete(session: number): void {
    this.#done(this.#native.complete(session), 'complete');
  }

  setPeer(session: number, leg: LegIndex, peer: EnginePeer, asymmetric: boolean): void {
    const [host, port] = peer.kind === 'address' ? [peer.host, peer.port] : ['', 0];
    this.#done(this.#native.setPeer(session, leg, PEER_KIND[peer.kind], asymmetric, host, port), 'setPeer');
  }

  /** Sets the length of the leg's timer, or of both, in seconds, and starts it again. */
  setTtl(session: number, leg: LegIndex | 'both', seconds: number): void {
    this.#done(this.#native.setTtl(session, leg === 'both' ? BOTH_LEGS : leg, seconds), 'setTtl');
  }

  /** Starts both timers again. */
  restart(session: number): void {
    this.#done(this.#native.restart(session), 'restart');
  }

  /** TOS byte of packets to the leg's peer; 0 or an errno (EAFNOSUPPORT on an IPv6 leg). */
  setTos(session: number, leg: LegIndex, tos: number): number {
    return this.#native.setTos(session, leg, tos);
  }

  /** The session's figures at this moment, every earlier call applied. */
  stats(session: number): SessionStats {
    this.#done(this.#native.snapshot(session, this.#fields), 'snapshot');
    return sessionStats(this.#fields);
  }

  /** Closes the session's ports. The listener gets its final figures later, or at the next `settle`. */
  remove(session: number): void {
    this.#done(this.#native.remove(session), 'remove');
  }

  /** Waits until removed sessions have given back their ports and reports them to the listener. */
  settle(): void {
    this.#native.sync();
    this.poll();
  }

  totals(): EngineTotals {
    this.#native.totals(this.#totals);
    const t = this.#totals;
    return {
      packetsReceived: at(t, 0),
      packetsRelayed: at(t, 1),
      packetsDiscarded: at(t, 2),
      packetsPerSecond: at(t, 3),
      kernelDrops: at(t, 4),
      txErrors: at(t, 5),
      eventsDropped: at(t, 6),
    };
  }

  /**
   * Delivers what the workers have reported; the engine calls it by itself. Everything is delivered even if the listener
   * throws; the first exception is thrown again at the end.
   */
  poll(): void {
    const failures: unknown[] = [];
    const tell = (call: () => void): void => {
      try {
        call();
      } catch (error) {
        failures.push(error);
      }
    };
    this.#deliverEvents(tell);
    this.#deliverRetired(tell);
    if (failures.length > 0) throw failures[0];
  }

  #deliverEvents(tell: (call: () => void) => void): void {
    let count = EVENTS_PER_CALL;
    while (!this.#closed && count === EVENTS_PER_CALL) {
      count = this.#native.drainEvents(this.#events);
      for (const event of decodeEvents(this.#events, count)) {
        // The listener may close the engine.
        if (!this.#closed) tell(() => this.#listener.event(event));
      }
    }
  }

  #deliverRetired(tell: (call: () => void) => void): void {
    while (!this.#closed) {
      const session = this.#native.nextRetired(this.#fields);
      if (session < 0) return;
      const stats = sessionStats(this.#fields);
      tell(() => this.#listener.retired(session, stats));
    }
  }

  /** Called from the addon, where an exception would be lost: it becomes an uncaught one of the event loop. */
  #wake(): void {
    try {
      this.poll();
    } catch (error) {
      process.nextTick(() => {
        throw error;
      });
    }
  }

  /** Ends the relay threads and closes every port. Safe to call twice. */
  close(): void {
    this.#closed = true;
    this.#native.close();
  }

  #done(errno: number, call: string): void {
    if (errno !== 0) throw new EngineError(errno, call);
  }
}

/** The local address that the kernel would use towards a numeric address; undefined without a route. */
export function sourceAddress(host: string): string | undefined {
  return loadNative().sourceAddress(host) ?? undefined;
}

/** Sets the limit of open files, soft and hard. Throws EngineError (EPERM to raise it without privileges). */
export function setFileLimit(count: number): void {
  const errno = loadNative().setFileLimit(count);
  if (errno !== 0) throw new EngineError(errno, 'setrlimit');
}

/** Hard limit of open files. */
export function fileLimit(): number {
  return loadNative().fileLimit();
}

function at(fields: Float64Array, index: number): number {
  return fields[index] ?? 0;
}

function sessionStats(fields: Float64Array): SessionStats {
  return { ttl: at(fields, 0), legs: [legStats(fields, 0), legStats(fields, 1)] };
}

/** The order is that of LEG_FIELDS in types.ts, which the loader compares with the addon's. */
function legStats(fields: Float64Array, leg: LegIndex): LegStats {
  const from = FIRST_LEG_FIELD + leg * FIELDS_PER_LEG;
  const f = (index: number): number => at(fields, from + index);
  return {
    rtp: { received: f(0), relayed: f(1), dropped: f(2), ignored: f(3) },
    rtcp: { received: f(4), relayed: f(5), dropped: f(6), ignored: f(7) },
    firstIn: f(8),
    lastIn: f(9),
    longestIpi: f(10),
    sent: f(11),
    received: f(12),
    duplicates: f(13),
    parseErrors: f(14),
    jitterLast: f(15),
    jitterMax: f(16),
    jitterAvg: f(17),
    ssrc: f(18),
    ssrcChanges: f(19),
  };
}
