import type { AccessRules } from './access.ts';
import type { NativeBackend, NativeSocketReuse } from './backend-types.ts';

/** Leg of a session: 0 faces the callee (port of the first U), 1 the caller (protocol.md 1). */
export type LegIndex = 0 | 1;
/** Both legs, for `setTtl`. */
export const BOTH_LEGS = 2;
/** Do not set the TOS byte. */
export const NO_TOS = -1;

/** Values of `kind` in `setPeer`. */
export const PEER_KIND = { none: 0, hold: 1, address: 2 } as const;

/** Values of `format` in `addRecording`. */
export const RECORD_FORMAT = { adhoc: 0, pcap: 1 } as const;
export type RecordFormat = keyof typeof RECORD_FORMAT;

/** In place of a recording's number: do not record. */
export const NO_FILE = 0;

/** In place of a number of microseconds for `batchWindow`: as the load asks for. */
export const AUTO_WINDOW = -1;

export { IO, type IoChoice } from './backend-types.ts';

/** Options of the native engine. */
export interface NativeEngineOptions {
  readonly workers: number;
  /** CPUs, 0 to 1023, that the workers are bound to, one after the other; empty: to none. */
  readonly workerCpus: readonly number[];
  readonly independentTtl: boolean;
  readonly duplicateSmall: boolean;
  /** Seconds for which a player restarts a session's timer without a packet from either party; 0 or absent: for ever. */
  readonly playTtl?: number;
  /** Latching in mode `guarded` instead of `compat`. */
  readonly guarded: boolean;
  /** Report latching and other informational events. */
  readonly verbose: boolean;
  /** Microseconds from one pass of a busy relay loop to the next, 0 to 10000, or AUTO_WINDOW. */
  readonly batchWindow: number;
  /** Of IO. With `shared` it is that or nothing. */
  readonly io: number;
}

/**
 * The object that the addon wraps (`native/engine/engine.h`). Session handles are numbers with a generation inside.
 * Methods that return a number return 0 or an errno, EBADF for a stale handle. A wrong argument throws a TypeError or
 * RangeError; any call after `close` throws, except `close`.
 */
export interface NativeEngine {
  backend(): NativeBackend;
  /** Whether sockets are used again for media ports of that range. */
  socketReuse(first: number, last: number): NativeSocketReuse;
  /**
   * A session without ports, on the worker of the session `near` if that is given; both timers are set to `ttl` seconds.
   * Returns the handle.
   */
  createSession(ttl: number, near?: number): number;
  /** Binds `host`:`port` (RTP) and port + 1 (RTCP) for a leg and closes its earlier ports. `tos` 0-255 or NO_TOS. */
  openLeg(session: number, leg: number, host: string, port: number, tos: number): number;
  /** Packets are relayed from now on. */
  complete(session: number): number;
  /** `host` and `port` are read only when `kind` is `PEER_KIND.address`. */
  setPeer(session: number, leg: number, kind: number, asymmetric: boolean, host: string, port: number): number;
  /** Length of a timer in seconds; it starts again. */
  setTtl(session: number, leg: number, seconds: number): number;
  /** Both timers start again. */
  restart(session: number): number;
  /** Makes the RTP packets received on a leg `ptime` ms long (1 to 999); 0: no longer. */
  setResizer(session: number, leg: number, ptime: number): number;
  setTos(session: number, leg: number, tos: number): number;
  /** Fills `out` (SESSION_FIELDS) with the state after every earlier call; waits for the session's worker. */
  snapshot(session: number, out: Float64Array): number;
  /** Closes the ports; the session comes back through `nextRetired`. */
  remove(session: number): number;
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
  /** What holds for an address, whatever the session: a number of DENIALS. */
  judge(host: string, port: number): number;
  /** Fills `out` (TOTAL_FIELDS). */
  totals(out: Float64Array): void;
  /** Copies event records into the buffer; returns how many. */
  drainEvents(buffer: Uint8Array): number;
  /** Fills `out` (SESSION_FIELDS) with the final state of a removed session and returns its handle; -1 when there is none. */
  nextRetired(out: Float64Array): number;
  /**
   * Takes over the descriptor of an open file with nothing but the header of its format, which is closed if that fails.
   * Returns the number of the recording, or a negative errno. `format` is of RECORD_FORMAT.
   */
  addRecording(session: number, fd: number, format: number): number;
  /** Closes a recording that no leg uses. EBUSY: a leg uses it; EBADF: there is none, or it is closed soon. */
  discardRecording(file: number): number;
  /**
   * Records what a leg receives, RTP and RTCP, into recordings added for this session, or NO_FILE. `asSent`: pcap shows RTCP
   * as it is sent on. A recording is closed when the last leg that uses it has stopped, and then EBADF.
   */
  record(session: number, leg: number, rtp: number, rtcp: number, asSent: boolean): number;
  /** Sends what a leg receives from `host`:`port` (RTCP: the ports behind) to another address too. */
  copy(
    session: number,
    leg: number,
    host: string,
    port: number,
    targetHost: string,
    targetPort: number,
    tos: number,
    rtcp: boolean,
  ): number;
  /** Ends the recording or the copy of a leg. */
  stopTap(session: number, leg: number): number;
  /** The next report about a recording, if there is one. */
  nextRecording(): NativeRecordingReport | null;
  /**
   * Copies to the parties of `target` what the parties of `source` send, and relays what the former send no more. What is
   * received on a leg leaves by the same leg of the target, or by the other one. EXDEV: they are of different workers; ELOOP:
   * the source gets copies from the target; ENOSPC: the target has too many sources.
   */
  fork(target: number, source: number, crossed: boolean): number;
  /** Keeps a copy of an encoded announcement and returns its number, which is never used again. */
  addPrompt(data: Uint8Array): number;
  /** Forgets a prompt; what is playing it goes on. */
  dropPrompt(prompt: number): void;
  /**
   * Plays a prompt to the peer of a leg, in place of what is played to it: packets of `packetBytes` every `packetMs`,
   * `count` times or, if that is negative, for ever. `token` comes back through `nextEndedPlayer`. ENOENT: no such prompt.
   */
  play(
    session: number,
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
  stopPlay(session: number, leg: number): number;
  /** The next player that has ended, if there is one; `finished`: everything was played. */
  nextEndedPlayer(): { readonly token: number; readonly finished: boolean } | null;
  /** Ends the threads and closes every port. */
  close(): void;
}

/** Kinds of reports, by the numbers of `RecordReport::Kind` in `native/sinks/writer.h`. */
export const RECORDING_REPORTS = { 1: 'trouble', 2: 'closed' } as const;

/** News of a recording. */
export interface RecordingReport {
  readonly recording: number;
  /** `trouble`: packets were lost for the first time. `closed`: nothing more is written; the number means nothing any more. */
  readonly kind: (typeof RECORDING_REPORTS)[keyof typeof RECORDING_REPORTS];
  /** Errno of the first failure; 0 = none. ENOBUFS: packets came faster than the disk took them. */
  readonly errno: number;
  /** Packets in the file, and packets that are missing there. */
  readonly written: number;
  readonly lost: number;
}

/** The same as the addon has it. */
export interface NativeRecordingReport extends Omit<RecordingReport, 'kind'> {
  readonly kind: keyof typeof RECORDING_REPORTS;
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

/** Contract version; equal to `kApiVersion` in `native/addon/module.cc`. */
export const API_VERSION = 12;

/** Bytes of one event record (`native/engine/events.h`). */
export const EVENT_SIZE = 48;
