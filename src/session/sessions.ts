import { constants } from 'node:os';
import { performance } from 'node:perf_hooks';
import type { SessionFigures } from '../addon/contract.ts';
import type { Engine } from '../addon/engine.ts';
import { EngineError } from '../addon/errors.ts';
import type { LegIndex, SessionHandle } from '../addon/types.ts';
import type { Logger } from '../log/log.ts';
import { errnoText, failureText } from '../log/strerror.ts';
import type { MediaModifiers, SignalledPeer } from '../protocol/command.ts';
import type { LocalAddress } from '../protocol/local-address.ts';
import type { SessionObserver } from './observers.ts';
import { NoPortError, PortPairs, type PortRange } from './ports.ts';
import { SessionRegistry } from './registry.ts';
import { LEG_ACTORS, type Session, type SessionLeg } from './session.ts';

/** What new sessions get; it may change while the daemon runs. */
export interface SessionDefaults {
  /** Seconds until an idle session ends: when complete, and before. */
  readonly ttl: number;
  readonly setupTtl: number;
  readonly tos: number | undefined;
}

/** What is the same for every session. */
export interface SessionPolicy extends SessionDefaults {
  /** Whether a peer is asymmetric unless its command says otherwise. */
  readonly asymmetric: boolean;
  readonly ports: PortRange;
}

const WHERE = 'sessions';
/** Milliseconds without a session until nothing is kept ready for the next one. */
const REST_MS = 500;
/** Why a session cannot get copies of another one. */
const FORK_FAILURES: Readonly<Record<number, string>> = {
  [constants.errno.EXDEV]: 'the sessions are on different relay workers; name the source when the session is created',
  [constants.errno.ELOOP]: 'it gets copies of this session itself',
  [constants.errno.ENOSPC]: 'the session has too many sources',
};

/**
 * Life of sessions: creation, ports, completion, removal. It keeps the control plane's records, the port tables and the
 * engine in step.
 */
export class Sessions {
  readonly registry = new SessionRegistry();
  readonly ports: PortPairs;
  /** Called whenever the last session has gone. */
  onEmpty: (() => void) | undefined;
  #policy: SessionPolicy;
  readonly #engine: Engine;
  readonly #observer: SessionObserver;
  readonly #logger: Logger;
  /** Removed sessions whose ports the engine has not given back yet. */
  readonly #retiring = new Map<number, Session>();
  #rest: NodeJS.Timeout | undefined;

  constructor(policy: SessionPolicy, engine: Engine, observer: SessionObserver, logger: Logger) {
    this.#policy = policy;
    this.#engine = engine;
    this.#observer = observer;
    this.#logger = logger;
    this.ports = new PortPairs(policy.ports, () => engine.sync());
  }

  /** For sessions that are created from now on. */
  changeDefaults({ ttl, setupTtl, tos }: SessionDefaults): void {
    this.#policy = { ...this.#policy, ttl, setupTtl, tos };
  }

  /** A new session with ports on leg 0, which may become a fork of `source`; undefined when no ports could be opened. */
  create(
    callId: string,
    fromTag: string,
    local: readonly [LocalAddress, LocalAddress],
    source?: Session,
  ): Session | undefined {
    const leg = (address: LocalAddress): SessionLeg => ({
      port: undefined,
      local: address,
      weak: false,
      peer: undefined,
      asymmetric: this.#policy.asymmetric,
      holds: 0,
      codecs: undefined,
      ptime: undefined,
      tos: this.#policy.tos,
    });
    const session: Session = {
      callId,
      fromTag,
      handle: this.#engine.createSession(this.#policy.setupTtl, this.#policy.ttl, source?.handle),
      legs: [leg(local[0]), leg(local[1])],
      strong: false,
      complete: false,
      ended: false,
      createdAt: performance.now(),
      notify: undefined,
      toTag: undefined,
    };
    if (!this.#bind(session, 0, local[0])) {
      this.#engine.remove(session.handle);
      return undefined;
    }
    this.registry.add(session);
    this.#observer.created(session);
    return session;
  }

  /** Opens ports for a leg, in place of those it may have; false when none could be opened: the leg is then unchanged. */
  open(session: Session, leg: LegIndex, local: LocalAddress = session.legs[leg].local): boolean {
    const before = session.legs[leg].port;
    if (!this.#bind(session, leg, local)) {
      // As in the C daemon, a leg without ports keeps the address that it was asked to use (protocol.md 11).
      if (before === undefined) session.legs[leg].local = local;
      this.#observer.signalled(session);
      return false;
    }
    if (before !== undefined) {
      this.#log(
        session,
        `new port requested, releasing ${before}/${before + 1}, replacing with ${session.legs[leg].port}/${(session.legs[leg].port ?? 0) + 1}`,
      );
    }
    this.#complete(session);
    this.#observer.signalled(session);
    return true;
  }

  /** Stores what a U or L says about the peer of a leg (protocol.md 6.5). */
  setPeer(session: Session, leg: LegIndex, peer: SignalledPeer, modifiers: MediaModifiers): void {
    const signalled = session.legs[leg];
    signalled.peer = peer;
    if (peer.kind === 'hold') signalled.holds += 1;
    signalled.asymmetric = modifiers.asymmetric ?? this.#policy.asymmetric;
    signalled.codecs = modifiers.codecs;
    this.#engine.setPeer(session.handle, leg, peer, signalled.asymmetric);
    this.#setPtime(session, leg, modifiers.ptime);
    this.#observer.signalled(session);
  }

  /** Starts both timers again with their present lengths. */
  restartTimers(session: Session): void {
    this.#engine.restart(session.handle);
  }

  /** Sets the length of a leg's timer in seconds, for good, and starts it; with a shared timer it is that of both legs. */
  setTtl(session: Session, leg: LegIndex, seconds: number): void {
    this.#engine.setTtl(session.handle, leg, seconds);
  }

  /** TOS byte of packets to a leg's peer, also from ports opened later; false on IPv6. */
  setTos(session: Session, leg: LegIndex, tos: number): boolean {
    if (session.legs[leg].local.family !== 4 || this.#engine.setTos(session.handle, leg, tos) !== 0) return false;
    session.legs[leg].tos = tos;
    return true;
  }

  /**
   * Gives the peers of a session copies of what those of `source` send (media.md 3.4): the peer of `leg` hears what the
   * peer of `heard` hears, the other one the rest. False when that cannot be.
   */
  fork(session: Session, leg: LegIndex, source: Session, heard: LegIndex): boolean {
    const errno = this.#engine.fork(session.handle, source.handle, leg === heard);
    if (errno === 0) return true;
    const text = `can't copy session ${source.callId}, tag ${source.fromTag}: ${FORK_FAILURES[errno] ?? errnoText(errno)}`;
    this.#logger.log('ERR', WHERE, text, session.callId);
    return false;
  }

  snapshot(session: Session): SessionFigures {
    return this.#engine.snapshot(session.handle);
  }

  /** Ends a session: its ports are free when the relay worker has let go of them, microseconds later. */
  remove(session: Session, timedOut = false): void {
    this.registry.remove(session);
    session.ended = true;
    this.#retiring.set(session.handle, session);
    this.#engine.remove(session.handle);
    this.#observer.removed(session, timedOut);
    if (this.registry.size === 0) this.onEmpty?.();
  }

  /** The engine has let go of a removed session. */
  retired(handle: SessionHandle, figures: SessionFigures): void {
    const session = this.#retiring.get(handle);
    // A session that never got ports was never on record.
    if (session === undefined) return;
    this.#retiring.delete(handle);
    for (const { port, local } of session.legs) {
      if (port !== undefined) this.ports.release(local, port);
    }
    this.#observer.retired(session, figures);
    if (this.#idle()) this.#restLater();
  }

  /** A removed session that the engine has not let go of yet. */
  retiring(handle: SessionHandle): Session | undefined {
    return this.#retiring.get(handle);
  }

  /** Waits until every removed session is counted and its ports are free. */
  sync(): void {
    if (this.#retiring.size > 0) this.#engine.sync();
  }

  #idle(): boolean {
    return this.registry.size === 0 && this.#retiring.size === 0;
  }

  #restLater(): void {
    this.#rest ??= setTimeout(() => {
      this.#rest = undefined;
      if (this.#idle()) this.#engine.releaseSockets();
    }, REST_MS).unref();
  }

  #complete(session: Session): void {
    if (session.complete) return;
    session.complete = true;
    this.#engine.complete(session.handle);
    this.#observer.completed(session);
  }

  #bind(session: Session, index: LegIndex, local: LocalAddress): boolean {
    const leg = session.legs[index];
    let port: number;
    try {
      port = this.ports.allocate(local, (free) =>
        this.#engine.openLeg(session.handle, index, local.host, free, leg.tos),
      );
    } catch (error) {
      if (!(error instanceof EngineError || error instanceof NoPortError)) throw error;
      return this.#refuse(session, error);
    }
    if (leg.port !== undefined) this.ports.release(leg.local, leg.port);
    leg.port = port;
    leg.local = local;
    return true;
  }

  #refuse(session: Session, error: EngineError | NoPortError): false {
    const advice = error instanceof EngineError && error.code === 'EMFILE' ? ', raise the limit with -L' : '';
    this.#logger.log('ERR', WHERE, `can't create session: ${failureText(error)}${advice}`, session.callId);
    return false;
  }

  /** Length in milliseconds of the packets from the peer of a leg, in place of an earlier one (media.md 3.3). */
  #setPtime(session: Session, leg: LegIndex, ptime: number | undefined): void {
    const before = session.legs[leg].ptime;
    session.legs[leg].ptime = ptime;
    if (before !== ptime) this.#engine.setResizer(session.handle, leg, ptime);
    const packets = `RTP packets from ${LEG_ACTORS[leg]}`;
    if (ptime !== undefined) this.#log(session, `${packets} will be resized to ${ptime} milliseconds`);
    else if (before !== undefined) this.#log(session, `Resizing of ${packets} has been disabled`);
  }

  #log(session: Session, text: string): void {
    this.#logger.log('INFO', WHERE, text, session.callId);
  }
}
