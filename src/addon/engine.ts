import type { SignalledPeer } from '../protocol/command.ts';
import type { AccessRules } from './access.ts';
import { AskedSnapshots } from './asked-snapshots.ts';
import { type Backend, backendOf, type SocketReuse, startError } from './backend.ts';
import {
  CONSTANTS,
  type Denial,
  type EngineTotals,
  type RecordFormat,
  type SessionFigures,
  type WorkerFigures,
} from './contract.ts';
import { EngineError } from './errors.ts';
import { sessionFigures, sessionRow, sessionRows } from './figures.ts';
import type { KeptSnapshot } from './kept-snapshot.ts';
import { loadNative } from './loader.ts';
import { type EngineListener, Reports } from './reports.ts';
import type { LegIndex, NativeEngine, NativeEngineOptions, PlaySpec, SessionHandle } from './types.ts';

export type { EngineListener };

/** Where copies of a leg's packets leave from and go to; RTCP uses the ports behind. */
export interface CopyRoute {
  readonly host: string;
  readonly port: number;
  readonly targetHost: string;
  readonly targetPort: number;
  readonly tos: number | undefined;
  readonly rtcp: boolean;
}

/**
 * Typed facade over the native relay engine. Sessions are opaque numbers. All calls are
 * synchronous and short; `snapshot` and `sync` wait for a relay worker, for microseconds.
 */
export class Engine {
  readonly #native: NativeEngine;
  readonly #reports: Reports;
  readonly #asked: AskedSnapshots;
  readonly #figures = sessionRow();
  /** For many sessions; as long as was needed so far. */
  #rows = sessionRows(0);
  #closed = false;

  /** Starts the relay workers. Throws NativeAddonError, or EngineError when threads or descriptors cannot be had. */
  constructor(options: NativeEngineOptions, listener: EngineListener) {
    const native = loadNative();
    try {
      this.#native = new native.NativeEngine(options, () => this.#wake());
    } catch (error) {
      throw startError(error);
    }
    this.#reports = new Reports(this.#native, listener);
    this.#asked = new AskedSnapshots(this.#native);
  }

  /** How packets come in and go out. */
  backend(): Backend {
    return backendOf(this.#native.backend());
  }

  /** Whether sockets of ended calls are used again for media ports of that range. */
  socketReuse(first: number, last: number): SocketReuse {
    return this.#native.socketReuse(first, last);
  }

  /**
   * A session without ports whose timers stand at `setupTtl` seconds, and at `ttl` when it is complete. One that is `near`
   * another can be its fork.
   */
  createSession(setupTtl: number, ttl: number, near?: SessionHandle): SessionHandle {
    return near === undefined
      ? this.#native.createSession(setupTtl, ttl)
      : this.#native.createSession(setupTtl, ttl, near);
  }

  /** Binds the RTP port and the RTCP port behind it for a leg; 0 or an errno, see `isPortBusy`. */
  openLeg(session: SessionHandle, leg: LegIndex, host: string, port: number, tos: number | undefined): number {
    return this.#native.openLeg(session, leg, host, port, tos ?? CONSTANTS.noTos);
  }

  /** Relays packets from now on; both timers start. */
  complete(session: SessionHandle): void {
    this.#done(this.#native.complete(session), 'complete');
  }

  setPeer(session: SessionHandle, leg: LegIndex, peer: SignalledPeer, asymmetric: boolean): void {
    const [host, port] = peer.kind === 'address' ? [peer.host, peer.port] : ['', 0];
    this.#done(this.#native.setPeer(session, leg, peer.kind, asymmetric, host, port), 'setPeer');
  }

  /** Sets the length of the leg's timer, which is that of both unless they are independent, in seconds; it starts again. */
  setTtl(session: SessionHandle, leg: LegIndex, seconds: number): void {
    this.#done(this.#native.setTtl(session, leg, seconds), 'setTtl');
  }

  /** Starts both timers again. */
  restart(session: SessionHandle): void {
    this.#done(this.#native.restart(session), 'restart');
  }

  /** Makes the RTP packets received on a leg `ptime` ms long; undefined: they are sent on as they are. */
  setResizer(session: SessionHandle, leg: LegIndex, ptime: number | undefined): void {
    this.#done(this.#native.setResizer(session, leg, ptime ?? 0), 'setResizer');
  }

  /** TOS byte of packets to the leg's peer; 0 or an errno (EAFNOSUPPORT on an IPv6 leg). */
  setTos(session: SessionHandle, leg: LegIndex, tos: number): number {
    return this.#native.setTos(session, leg, tos);
  }

  /** The session's figures at this moment, every earlier call applied. */
  snapshot(session: SessionHandle): SessionFigures {
    this.#done(this.#native.snapshot(session, this.#figures), 'snapshot');
    return sessionFigures(this.#figures);
  }

  /**
   * The same of many sessions into what is kept of each; false for one that was removed. For a few hundred at a time: the main
   * loop waits for a pass of every worker, and a session costs about a microsecond.
   */
  snapshots(sessions: readonly SessionHandle[], kept: readonly KeptSnapshot[]): boolean[] {
    if (this.#rows.length < sessionRows(sessions.length).length) this.#rows = sessionRows(sessions.length);
    this.#native.snapshots(Float64Array.from(sessions), this.#rows);
    return kept.map((snapshot, row) => snapshot.take(this.#rows, row));
  }

  /** The same without waiting for the workers: resolves when they have answered, or with false for all when the engine is closed. */
  askSnapshots(sessions: readonly SessionHandle[], kept: readonly KeptSnapshot[]): Promise<boolean[]> {
    return this.#asked.ask(sessions, kept);
  }

  /** Closes the session's ports. The listener gets its final figures later, or at the next `sync`. */
  remove(session: SessionHandle): void {
    this.#done(this.#native.remove(session), 'remove');
  }

  /** What a recording in that format begins with, ahead of its first packet. */
  recordingHeader(format: RecordFormat): Uint8Array {
    return this.#native.recordingHeader(format);
  }

  /**
   * Takes over the descriptor of an open file for packets of a session, with its `recordingHeader` and nothing else in it, and
   * returns the recording's number. It ends with the last leg that records into it, and is then reported as closed.
   *
   * @throws EngineError; the descriptor is closed then
   */
  addRecording(session: SessionHandle, fd: number, format: RecordFormat): number {
    const result = this.#native.addRecording(session, fd, format);
    if (result < 0) throw new EngineError(-result, 'start of a recording');
    return result;
  }

  /**
   * Takes over the descriptor of a file, with its `recordingHeader`, for packets of a recording as sound that cannot become
   * sound; returns the file's number. It is closed and reported behind the recording.
   *
   * @throws EngineError; the descriptor is closed then
   */
  addCompanion(recording: number, fd: number, format: RecordFormat): number {
    const result = this.#native.addCompanion(recording, fd, format);
    if (result < 0) throw new EngineError(-result, 'a file beside a recording');
    return result;
  }

  /** Answers a report `undecoded`: where packets of the parties go; undefined: they are lost. */
  divertRecording(recording: number, callee: number | undefined, caller: number | undefined): void {
    const { noFile } = CONSTANTS;
    this.#done(this.#native.divertRecording(recording, callee ?? noFile, caller ?? noFile), 'divertRecording');
  }

  /** Closes a recording that no leg uses. */
  discardRecording(recording: number): void {
    this.#done(this.#native.discardRecording(recording), 'discardRecording');
  }

  /**
   * Records what a leg receives, from now on; undefined RTCP: RTP only. `asSent`: pcap shows RTCP as it is sent on
   * (media.md 6.5). A leg that records or copies already goes on as before.
   */
  record(session: SessionHandle, leg: LegIndex, rtp: number, rtcp: number | undefined, asSent: boolean): void {
    this.#done(this.#native.record(session, leg, rtp, rtcp ?? CONSTANTS.noFile, asSent), 'record');
  }

  /** Copies what a leg receives to another address, from now on; 0 or an errno, see `isPortBusy`. */
  copy(session: SessionHandle, leg: LegIndex, route: CopyRoute): number {
    const { host, port, targetHost, targetPort, tos, rtcp } = route;
    return this.#native.copy(session, leg, host, port, targetHost, targetPort, tos ?? CONSTANTS.noTos, rtcp);
  }

  /** Ends the recording or the copy of a leg. */
  stopTap(session: SessionHandle, leg: LegIndex): void {
    this.#done(this.#native.stopTap(session, leg), 'stopTap');
  }

  /**
   * Copies to the parties of `target` what those of `source` send, by the same legs or `crossed` (media.md 3.4); 0 or an
   * errno: EXDEV when the target was not created near the source, ELOOP, ENOSPC.
   */
  fork(target: SessionHandle, source: SessionHandle, crossed: boolean): number {
    return this.#native.fork(target, source, crossed);
  }

  /** Whether modules look at all RTCP from now on. @throws EngineError when there is no memory */
  watchRtcp(on: boolean): void {
    this.#done(this.#native.watchRtcp(on), 'watchRtcp');
  }

  /**
   * RTP payload types, 0 to 127, that modules look at in what a leg receives, in place of those before; packets of `hidden` types
   * go no further than that, and count as dropped. What was watched comes to `watched` of the listener, a session's before its
   * end.
   */
  watchPayloads(session: SessionHandle, leg: LegIndex, watched: readonly number[], hidden: readonly number[]): void {
    this.#done(this.#native.watchPayloads(session, leg, watched, hidden), 'watchPayloads');
  }

  /** Keeps a copy of an encoded announcement and returns its number. */
  addPrompt(data: Uint8Array): number {
    return this.#native.addPrompt(data);
  }

  /** Forgets a prompt; what is playing it goes on. */
  dropPrompt(prompt: number): void {
    this.#native.dropPrompt(prompt);
  }

  /**
   * Plays a prompt to the peer of a leg, in place of what is played to it, as soon as the leg has a port and its peer an
   * address. Every player ends with a call of `playerEnded`.
   */
  play(session: SessionHandle, leg: LegIndex, prompt: number, spec: PlaySpec, token: number): void {
    const { payloadType, packetBytes, packetMs, count, ssrc, timestamp, sequence } = spec;
    const native = this.#native;
    this.#done(
      native.play(session, leg, prompt, token, payloadType, packetBytes, packetMs, count, ssrc, timestamp, sequence),
      'play',
    );
  }

  /** Ends what is played to the peer of a leg, if anything is. */
  stopPlay(session: SessionHandle, leg: LegIndex): void {
    this.#done(this.#native.stopPlay(session, leg), 'stopPlay');
  }

  /** While on, workers are woken only when it is turned off, and by calls that wait for them. */
  readonly batchWakeups = (on: boolean): void => this.#native.batchWakeups(on);

  /** Closes the sockets that were kept for later legs. */
  releaseSockets(): void {
    if (!this.#closed) this.#native.releaseSockets();
  }

  /** Waits until removed sessions have given back their ports and reports them to the listener. */
  sync(): void {
    this.#native.sync();
    this.poll();
  }

  /** Whether latching and other informational events are reported from now on. */
  setVerbose(verbose: boolean): void {
    this.#native.setVerbose(verbose);
  }

  /** Who may be the peer of a call, from now on. */
  setAccess(rules: AccessRules): void {
    this.#native.setAccess(rules);
  }

  /** What holds for an address, whatever the session. */
  judge(host: string, port: number): Denial {
    return this.#native.judge(host, port);
  }

  totals(): EngineTotals {
    return this.#native.totals();
  }

  /** Of each relay worker. */
  workers(): readonly WorkerFigures[] {
    return this.#native.workers();
  }

  /**
   * Delivers everything that the workers have reported; the engine delivers by itself, a little at a time. Nothing is lost
   * if the listener throws; the first exception is thrown again at the end.
   */
  poll(): void {
    this.#reports.deliverAll();
  }

  /** Called from the addon, where an exception would be lost: it becomes an uncaught one of the event loop. */
  #wake(): void {
    try {
      this.#asked.deliver();
      this.#reports.deliverInTurns();
    } catch (error) {
      process.nextTick(() => {
        throw error;
      });
    }
  }

  /** Ends the relay threads and closes every port. Safe to call twice. */
  close(): void {
    this.#closed = true;
    this.#reports.close();
    this.#asked.close();
    this.#native.close();
  }

  #done(errno: number, call: string): void {
    if (errno !== 0) throw new EngineError(errno, call);
  }
}
