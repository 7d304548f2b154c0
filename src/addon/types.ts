import type { AccessRules } from './access.ts';
import type { NativeBackend, SocketReuse } from './backend.ts';
import type { Denial, EngineTotals, IoChoice, PeerKind, RecordFormat, RecordNews, WorkerFigures } from './contract.ts';

/** Leg of a session: 0 faces the callee (port of the first U), 1 the caller (protocol.md 1). */
export type LegIndex = 0 | 1;

declare const SESSION: unique symbol;
/** A session of the engine, by slot and generation: a stale handle is `EBADF`, never another session. Only the engine makes it. */
export type SessionHandle = number & { readonly [SESSION]: never };

/** Options of the native engine. */
export interface NativeEngineOptions {
  readonly workers: number;
  /** CPUs, 0 to 1023, that the workers are bound to, one after the other; empty: to none. */
  readonly workerCpus: readonly number[];
  readonly independentTtl: boolean;
  readonly duplicateSmall: boolean;
  /** Seconds for which a player restarts a session's timer without a packet from either party; 0: for ever. */
  readonly playTtl: number;
  /** Latching in mode `guarded` instead of `compat`. */
  readonly guarded: boolean;
  /** Report latching and other informational events. */
  readonly verbose: boolean;
  /** Microseconds from one pass of a busy relay loop to the next, 0 to 10000, or `autoWindow` of CONSTANTS. */
  readonly batchWindow: number;
  /** With the name of a backend it is that or nothing. */
  readonly io: IoChoice;
}

/**
 * The object that the addon wraps (`native/engine/engine.h`). Methods that return a number return 0 or an errno, EBADF for a stale handle. A wrong argument throws a TypeError or
 * RangeError; any call after `close` throws, except `close`.
 */
export interface NativeEngine {
  backend(): NativeBackend;
  /** Whether sockets are used again for media ports of that range. */
  socketReuse(first: number, last: number): SocketReuse;
  /**
   * A session without ports, on the worker of the session `near` if that is given; both timers are set to `setupTtl` seconds,
   * and to `ttl` when it is complete. Returns the handle.
   */
  createSession(setupTtl: number, ttl: number, near?: SessionHandle): SessionHandle;
  /** Binds `host`:`port` (RTP) and port + 1 (RTCP) for a leg and closes its earlier ports. `tos` 0-255 or `noTos`. */
  openLeg(session: SessionHandle, leg: number, host: string, port: number, tos: number): number;
  /** Packets are relayed from now on; both timers start. */
  complete(session: SessionHandle): number;
  /** `host` and `port` are read only when `kind` is `address`. */
  setPeer(session: SessionHandle, leg: number, kind: PeerKind, asymmetric: boolean, host: string, port: number): number;
  /** Length of a leg's timer in seconds, of both unless they are independent; it starts again. */
  setTtl(session: SessionHandle, leg: number, seconds: number): number;
  /** Both timers start again. */
  restart(session: SessionHandle): number;
  /** Makes the RTP packets received on a leg `ptime` ms long (1 to 999); 0: no longer. */
  setResizer(session: SessionHandle, leg: number, ptime: number): number;
  setTos(session: SessionHandle, leg: number, tos: number): number;
  /** Fills `out`, a row of SESSION_FIGURES, with the state after every earlier call; waits for the session's worker. */
  snapshot(session: SessionHandle, out: Float64Array): number;
  /**
   * The same of many sessions, by a Float64Array of their handles: `out` has a row for each, and the first number in that of a
   * stale handle is NaN. Waits once, for all workers together.
   */
  snapshots(sessions: Float64Array, out: Float64Array): void;
  /** Asks for the same without waiting; who is woken looks for it with `takeSnapshots`. EBUSY: an answer was not taken yet. */
  askSnapshots(sessions: Float64Array): number;
  /** Copies the rows of the answer, those that there is room for, and returns how many there are; null: it is not there yet. */
  takeSnapshots(out: Float64Array): number | null;
  /** Closes the ports; the session comes back through `nextRetired`. */
  remove(session: SessionHandle): number;
  /** While on, workers are not woken for single calls, but once when it is turned off. */
  batchWakeups(on: boolean): void;
  /** Closes sockets that are kept for later legs. */
  releaseSockets(): void;
  /** Waits until the workers have applied every earlier call. */
  sync(): void;
  /** Whether informational events are reported from now on. */
  setVerbose(verbose: boolean): void;
  /** Who may be the peer of any session, from now on. */
  setAccess(rules: AccessRules): void;
  /** What holds for an address, whatever the session. */
  judge(host: string, port: number): Denial;
  totals(): EngineTotals;
  /** Of each relay worker. */
  workers(): readonly WorkerFigures[];
  /** Copies records of the layout EVENT into the buffer; returns how many. */
  drainEvents(buffer: Uint8Array): number;
  /**
   * Fills `out` with the final state of a removed session and returns its handle; -1 when there is none, or its packets have
   * to come through `drainWatched` before.
   */
  nextRetired(out: Float64Array): SessionHandle;
  /** What a file of a format begins with. */
  recordingHeader(format: RecordFormat): Uint8Array;
  /**
   * Takes over the descriptor of an open file with nothing but the header of its format, which is closed if that fails.
   * Returns the number of the recording, or a negative errno.
   */
  addRecording(session: SessionHandle, fd: number, format: RecordFormat): number;
  /**
   * The same for packets of a recording as sound that cannot become sound; the file is closed with the recording. Returns its
   * number, or a negative errno.
   */
  addCompanion(file: number, fd: number, format: RecordFormat): number;
  /**
   * Answers a report `undecoded`: where such packets of each party go, a companion or `noFile`, which loses them. EBUSY: it
   * was answered; EBADF: there is no such recording or companion.
   */
  divertRecording(file: number, callee: number, caller: number): number;
  /** Closes a recording that no leg uses. EBUSY: a leg uses it; EBADF: there is none, or it is closed soon. */
  discardRecording(file: number): number;
  /**
   * Records what a leg receives, RTP and RTCP, into recordings added for this session, or `noFile`. `asSent`: pcap shows RTCP
   * as it is sent on. A recording is closed when the last leg that uses it has stopped, and then EBADF.
   */
  record(session: SessionHandle, leg: number, rtp: number, rtcp: number, asSent: boolean): number;
  /** Sends what a leg receives from `host`:`port` (RTCP: the ports behind) to another address too. */
  copy(
    session: SessionHandle,
    leg: number,
    host: string,
    port: number,
    targetHost: string,
    targetPort: number,
    tos: number,
    rtcp: boolean,
  ): number;
  /** Ends the recording or the copy of a leg. */
  stopTap(session: SessionHandle, leg: number): number;
  /** The next report about a recording, if there is one. */
  nextRecording(): RecordingReport | null;
  /**
   * Copies to the parties of `target` what the parties of `source` send, and relays what the former send no more. What is
   * received on a leg leaves by the same leg of the target, or by the other one. EXDEV: they are of different workers; ELOOP:
   * the source gets copies from the target; ENOSPC: the target has too many sources.
   */
  fork(target: SessionHandle, source: SessionHandle, crossed: boolean): number;
  /** Whether modules look at all RTCP from now on; 0 or an errno. */
  watchRtcp(on: boolean): number;
  /** RTP payload types that modules look at in what a leg receives, and those that go no further. */
  watchPayloads(session: SessionHandle, leg: number, watched: readonly number[], hidden: readonly number[]): number;
  /**
   * Copies up to `limit` packets that modules look at into the buffer, which has room for `longestWatched`: each as a record of
   * the layout WATCHED_PACKET and its bytes, at the next multiple of 8. Returns how many; 0: there is none.
   */
  drainWatched(buffer: Uint8Array, limit: number): number;
  /** Keeps a copy of an encoded announcement and returns its number, which is never used again. */
  addPrompt(data: Uint8Array): number;
  /** Forgets a prompt; what is playing it goes on. */
  dropPrompt(prompt: number): void;
  /**
   * Plays a prompt to the peer of a leg, in place of what is played to it: packets of `packetBytes` every `packetMs`,
   * `count` times or, if that is negative, for ever. `token` comes back through `nextEndedPlayer`. ENOENT: no such prompt.
   */
  play(
    session: SessionHandle,
    leg: number,
    prompt: number,
    token: number,
    payloadType: number,
    packetBytes: number,
    packetMs: number,
    count: number,
    ssrc: number,
    timestamp: number,
    sequence: number,
  ): number;
  /** Ends what is played to the peer of a leg, if anything is. */
  stopPlay(session: SessionHandle, leg: number): number;
  /** The next player that has ended, if there is one. */
  nextEndedPlayer(): PlayerEnd | null;
  /** Ends the threads and closes every port. */
  close(): void;
}

/** A player has ended. */
export interface PlayerEnd {
  /** As given to `play`. */
  readonly token: number;
  /** Everything was played. */
  readonly finished: boolean;
}

/** News of a recording. */
export interface RecordingReport {
  readonly recording: number;
  /**
   * `trouble`: packets were lost for the first time. `closed`: nothing more is written; the number means nothing any more.
   * `undecoded`: packets that cannot become sound wait for the answer of `divertRecording`.
   */
  readonly kind: RecordNews;
  /** Errno of the first failure; 0 = none. ENOBUFS: packets came faster than the disk took them. */
  readonly errno: number;
  /** Packets in the file, and packets that are missing there. */
  readonly written: number;
  readonly lost: number;
  /** Of `undecoded`: that of the first packet; -1: it is no RTP. */
  readonly payloadType: number;
}

/** How a prompt becomes RTP (media.md 7.3). */
export interface PlaySpec {
  readonly payloadType: number;
  /** Payload of a packet in bytes, and how long it lasts. */
  readonly packetBytes: number;
  readonly packetMs: number;
  /** Repetitions; negative: endless. */
  readonly count: number;
  readonly ssrc: number;
  /** Of the first packet. */
  readonly timestamp: number;
  readonly sequence: number;
}
