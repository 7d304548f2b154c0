import type { LocalAddress, Placing } from './local-address.ts';

/** Address of a peer as a U, L or `&& L` gave it (protocol.md 6.4). */
export type SignalledPeer =
  /** Text that is no address by its length: it is ignored, the port with it. */
  | { readonly kind: 'none' }
  /** `0.0.0.0` or `::`: the stream is on hold, the stored address stays. */
  | { readonly kind: 'hold' }
  | { readonly kind: 'address'; readonly host: string; readonly family: 4 | 6; readonly port: number };

/** Modifiers shared by U, L and `&& L` (protocol.md 6.2), already checked. */
interface Modifiers {
  /** `a` true, `s` false, neither: undefined (the daemon's default). */
  readonly asymmetric: boolean | undefined;
  readonly weak: boolean;
  readonly newPort: boolean;
  /** `z`: re-packetise to this many milliseconds. */
  readonly ptime: number | undefined;
  /** `c`: text of the codec list, such as `0,8,101`. */
  readonly codecs: string | undefined;
}

/** The same as the parser has them: with the names of local addresses. */
export interface ParsedModifiers extends Modifiers {
  readonly placing: Placing;
}

/** Local addresses of a session's legs. */
export interface Placement {
  /** Local address for [leg 0, leg 1] of a new session. */
  readonly local: readonly [LocalAddress, LocalAddress];
  /**
   * Local address for a leg that gets a port by this command on an existing session (its first one, or another one by `n`),
   * if the command chose one: by `l` or `r`, by `n` with both letters of `e`/`i` (the second counts), or because the default
   * address is not of the peer's family. Undefined: the leg keeps the address that the session has for it (protocol.md 6.3).
   */
  readonly moveTo: LocalAddress | undefined;
}

/** The same as the daemon has them: with the addresses of these names. */
export interface MediaModifiers extends Modifiers, Placement {}

export interface NotifyRequest {
  readonly socket: string;
  /** Percent-decoded, Latin-1 (one character is one byte). */
  readonly tag: string;
}

export type SubCommand<M = MediaModifiers> =
  | { readonly kind: 'lookup'; readonly modifiers: M; readonly peer: SignalledPeer }
  | { readonly kind: 'delete'; readonly weak: boolean }
  | { readonly kind: 'ttl'; readonly seconds: number; readonly reverse: boolean }
  | { readonly kind: 'tos'; readonly value: number; readonly reverse: boolean }
  | { readonly kind: 'copy'; readonly callId: string; readonly fromTag: string; readonly toTag: string }
  | { readonly kind: 'module'; readonly id: number; readonly instance: number; readonly args: readonly string[] };

/** Call-ID and tags that select sessions; a missing to-tag is undefined. */
export interface SessionSelector {
  readonly callId: string;
  readonly fromTag: string;
  readonly toTag: string | undefined;
}

export interface UpdateCommand<M = MediaModifiers> extends SessionSelector {
  readonly verb: 'update';
  readonly modifiers: M;
  readonly peer: SignalledPeer;
  readonly notify: NotifyRequest | undefined;
  readonly sub: readonly SubCommand<M>[];
}
export interface LookupCommand<M = MediaModifiers> extends SessionSelector {
  readonly verb: 'lookup';
  readonly modifiers: M;
  readonly peer: SignalledPeer;
  readonly sub: readonly SubCommand<M>[];
}
export interface DeleteCommand extends SessionSelector {
  readonly verb: 'delete';
  readonly weak: boolean;
}
export interface PlayCommand extends SessionSelector {
  readonly verb: 'play';
  /** Number of repetitions: 0 only stops, negative is endless. */
  readonly count: number;
  readonly prompt: string;
  readonly codecs: string;
}
export interface StopPlayCommand extends SessionSelector {
  readonly verb: 'stop-play';
}
export interface RecordCommand extends SessionSelector {
  readonly verb: 'record';
  readonly singleFile: boolean;
}
export interface CopyCommand extends SessionSelector {
  readonly verb: 'copy';
  readonly target: string;
  readonly singleFile: boolean;
  readonly reportPort: boolean;
}
export interface StopRecordCommand extends SessionSelector {
  readonly verb: 'stop-record';
  readonly bothLegs: boolean;
}
export interface QueryCommand<M = MediaModifiers> extends SessionSelector {
  readonly verb: 'query';
  /** Modifier letters as given: they are checked only after the session was found (E19). */
  readonly modifiers: string;
  readonly names: readonly string[];
  readonly sub: readonly SubCommand<M>[];
}
export interface StatsCommand {
  readonly verb: 'stats';
  readonly verbose: boolean;
  readonly names: readonly string[];
}
export interface InfoCommand {
  readonly verb: 'info';
  readonly load: boolean;
}
export interface VersionCommand {
  readonly verb: 'version';
}
export interface FeatureCommand {
  readonly verb: 'feature';
  readonly date: string;
}
export interface DeleteAllCommand {
  readonly verb: 'delete-all';
}

/** With modifiers as the daemon has them, or as the parser has them. */
export type Command<M = MediaModifiers> =
  | UpdateCommand<M>
  | LookupCommand<M>
  | DeleteCommand
  | PlayCommand
  | StopPlayCommand
  | RecordCommand
  | CopyCommand
  | StopRecordCommand
  | QueryCommand<M>
  | StatsCommand
  | InfoCommand
  | VersionCommand
  | FeatureCommand
  | DeleteAllCommand;
