import type { SessionFigures } from '../addon/contract.ts';
import type { LegIndex } from '../addon/types.ts';
import type { CallRecord } from '../calls/record.ts';
import type { ModuleSetting } from '../config/modules.ts';
import type { LogLevel } from '../log/log.ts';
import type { SubResult } from '../protocol/reply.ts';
import type { NotifyDestination, Session } from '../session/session.ts';

export type { ModuleSetting };

// What a module is to the daemon and the daemon to a module (docs/modules.md). Everything runs on the main thread: a hook returns
// soon, and what has to wait waits in a bounded queue of the module. Whose hook throws, or returns a promise that rejects, is
// disabled with one line in the log.

/** A kind of module: what its package has as default export. */
export interface ModuleDefinition {
  /** By which it is asked for, such as `acct_csv`. */
  readonly name: string;
  /** Of sub-commands, `M<id>:<instance>`. Those of other packages begin at 100. */
  readonly id: number;
  /** It takes settings and does not run without, so `--dso` cannot load it. */
  readonly needsSettings?: boolean;
  /** What the relay has to show it. */
  readonly hooks?: {
    /** RTCP of every session. */
    readonly rtcp?: boolean;
    /** It may ask for RTP with `watchPayloads`. */
    readonly payloadTypes?: boolean;
  };
  /** Names of the settings that it takes, in lower case; absent: none. */
  readonly settings?: readonly string[];
  /** Looks at the values of settings without any other effect, for `--check` too. @throws ModuleSettingError, or any Error */
  check?(settings: ModuleSettings): void;
  /** Makes an instance and starts it. @throws ModuleStartError, or any Error: the daemon does not start */
  create(settings: ModuleSettings, services: ModuleServices): Module | Promise<Module>;
}

/** A running instance of a module. */
export interface Module {
  sessionCreated?(session: Session): void;
  /** The engine has let go of a session. */
  sessionEnded?(ended: EndedSession): void;
  /** RTCP of any session that is relayed. */
  rtcp?(packet: WatchedPacket): void;
  /** RTP that was asked for by `watchPayloads`. */
  rtp?(packet: WatchedPacket): void;
  /** A digit that any module has found. */
  dtmf?(event: DtmfEvent): void;
  /** `U ... && M<id>:<instance> args`. Undefined: success without a text; `SUB_COMMAND_FAILED`; or the text of the result. */
  subCommand?(command: ModuleSubCommand): SubResult;
  /** SIGURG and a reload: files are opened again. */
  reopen?(): void;
  /** After the last hook. What is left is written; after some seconds it is not waited for. */
  stop(): void | Promise<void>;
}

/** By the name in lower case; the first one of a name counts. */
export type ModuleSettings = ReadonlyMap<string, ModuleSetting>;

/** A setting has a value that it must not have. The message tells which. */
export class ModuleSettingError extends Error {}

/** An instance cannot start. The message is the reason, in the words of the system where it has one. */
export class ModuleStartError extends Error {
  /** What is logged before it, at ERR. */
  readonly lines: readonly string[];

  constructor(reason: string, lines: readonly string[] = []) {
    super(reason);
    this.lines = lines;
  }
}

/** A sub-command that belongs to a module. */
export interface ModuleSubCommand {
  readonly session: Session;
  /** The leg of the party whose address the main command has: its packets come to the port of this leg. */
  readonly leg: LegIndex;
  readonly args: readonly string[];
}

/** Address and port, as `127.0.0.1` or `::1` without brackets. */
export interface PacketAddress {
  readonly host: string;
  readonly port: number;
  readonly family: 4 | 6;
}

/** A packet that was received on a leg and is relayed, unless its payload type is hidden. */
export interface WatchedPacket {
  readonly session: Session;
  readonly leg: LegIndex;
  readonly channel: 'RTP' | 'RTCP';
  /** Unix seconds, exact to the microsecond. */
  readonly arrivedAt: number;
  readonly source: PacketAddress;
  /** The address and port that it came to. */
  readonly local: PacketAddress;
  /** Of use until the hook returns. */
  readonly data: Uint8Array;
}

/** A session that has ended, also one that was never complete. */
export interface EndedSession {
  readonly session: Session;
  /** Final. */
  readonly figures: SessionFigures;
  /** Unix seconds, exact to the microsecond. */
  readonly setupAt: number;
  readonly endedAt: number;
  /** What `--call-records` has of it, with the reason of its end. */
  readonly record: CallRecord;
}

/** A digit of RFC 4733. */
export interface DtmfEvent {
  readonly session: Session;
  /** Whose party sent it. */
  readonly leg: LegIndex;
  /** `0` to `9`, `*`, `#`, `A` to `D`, or a blank for flash. */
  readonly digit: string;
  /** In ticks of the RTP clock. */
  readonly duration: number;
  /** dBm0 without sign. */
  readonly volume: number;
  /** RTP time stamp: when it began. */
  readonly timestamp: number;
  /** The packet that ended it. */
  readonly packet: WatchedPacket;
}

/** What the daemon does for an instance. */
export interface ModuleServices {
  /** `acct_csv`, or `acct_csv:2` of the second instance. */
  readonly label: string;
  /** Absolute, of the process when it was started. */
  readonly startDirectory: string;
  log(level: LogLevel, text: string, callId?: string): void;
  /** Sessions that there are. */
  sessions(): Iterable<Session>;
  /** Figures as they are now, undefined for sessions that are gone. Waits for a pass of the workers, once for all. */
  figures(sessions: readonly Session[]): readonly (SessionFigures | undefined)[];
  /**
   * From now on `rtp` gets packets of the `watched` payload types that a leg receives, instead of those asked for before. Of
   * these the `hidden` are not relayed. What is too much for the queue of a relay worker is lost and counted.
   */
  watchPayloads(session: Session, leg: LegIndex, watched: readonly number[], hidden: readonly number[]): void;
  /** Tells all modules that have the hook. */
  publishDtmf(event: DtmfEvent): void;
  /** A line, one byte for each character, the same way as time-out notifications. */
  notify(destination: NotifyDestination, line: string): void;
  /** For metrics: what the instance has delivered (records, packets, notifications), and what it had to give up. */
  count(what: 'delivered' | 'lost', amount?: number): void;
}
