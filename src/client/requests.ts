/** Which session a command is about, and which of its parties (protocol.md 5): the one that `fromTag` names. */
export interface SessionRef {
  readonly callId: string;
  readonly fromTag: string;
  readonly toTag?: string | undefined;
}

/** Local address for the media of a leg: one of the daemon's, the one with a label, or the one used towards a host. */
export type LocalChoice = { readonly address: string } | { readonly label: string } | { readonly routeTo: string };

/** The modifiers of U, L and `&& L` (protocol.md 6.2). */
export interface MediaOptions {
  /** Numeric address of the peer; `0.0.0.0` or `::`: on hold, the earlier one stays. */
  readonly host: string;
  readonly port: number;
  /** True: media comes from other ports than it is sent to (`a`). False: symmetric (`s`). Default: the daemon's. */
  readonly asymmetric?: boolean | undefined;
  /** Sets the weak flag of the leg, and not the strong one of the session (see `delete`). */
  readonly weak?: boolean | undefined;
  /** Moves the leg to a new port. */
  readonly newPort?: boolean | undefined;
  /** Re-packetises the media of this peer to that many milliseconds, 1 to 999. */
  readonly ptime?: number | undefined;
  /** Payload types of this peer, for `play` with `session`. */
  readonly codecs?: readonly number[] | undefined;
  /** Bridge mode: the networks of the two legs, in the order of the letters `e` and `i` in the command. */
  readonly sides?: readonly ('external' | 'internal')[] | undefined;
  readonly local?: LocalChoice | undefined;
}

/** A sub-command after `&&` (protocol.md 7). */
export type SubCommandRequest =
  /** Of `update` with a to-tag: the other leg in the same command. Its result is a `leg`. */
  | ({ readonly kind: 'lookup' } & MediaOptions)
  | { readonly kind: 'delete'; readonly weak?: boolean | undefined }
  /** Seconds that the session lives without media; `reverse`: of the other leg. */
  | { readonly kind: 'ttl'; readonly seconds: number; readonly reverse?: boolean | undefined }
  /** IP type of service of the packets to the peer; `reverse`: to the other one. */
  | { readonly kind: 'tos'; readonly value: number; readonly reverse?: boolean | undefined }
  /** Of `update` with a to-tag: the session becomes a copy of that one. */
  | { readonly kind: 'copy'; readonly callId: string; readonly fromTag: string; readonly toTag: string }
  /** For a module of the daemon; `arguments` are sent as they are. Its result is a `text`, or `done`. */
  | {
      readonly kind: 'module';
      readonly module: number;
      readonly instance: number;
      readonly arguments: readonly string[];
    };

export interface UpdateRequest extends SessionRef, MediaOptions {
  /** Tells this target of the daemon when the session times out; the tag is any Latin-1 text. */
  readonly notify?: { readonly socket: string; readonly tag: string } | undefined;
  readonly sub?: readonly SubCommandRequest[] | undefined;
}

export interface LookupRequest extends SessionRef, MediaOptions {
  readonly sub?: readonly SubCommandRequest[] | undefined;
}

export interface DeleteRequest extends SessionRef {
  /** Clears the weak flag of the party, not the strong one. A session with no flag left is deleted (protocol.md 8.3). */
  readonly weak?: boolean | undefined;
}

export interface PlayRequest extends SessionRef {
  /** Path of the prompt, without the payload type at its end. */
  readonly prompt: string;
  /** Payload types in order of preference, or those of the peer. */
  readonly codecs: readonly number[] | 'session';
  /** How often; default 1. 0 only stops what is playing. */
  readonly count?: number | 'endless' | undefined;
}

export interface RecordRequest extends SessionRef {
  /** One pcap file for both legs; the daemon needs `-P`. */
  readonly singleFile?: boolean | undefined;
}

export interface StopRecordRequest extends SessionRef {
  /** Both legs, not only that of the party. */
  readonly bothLegs?: boolean | undefined;
}

export interface CopyRequest extends SessionRef {
  /** A file below the daemon's recording directory, or a host that gets the RTP at this port and the RTCP at the next. */
  readonly target: { readonly file: string } | { readonly host: string; readonly port: number };
  readonly singleFile?: boolean | undefined;
  /** Answers with the port that the copy comes from; a remote target only. */
  readonly reportPort?: boolean | undefined;
}

export interface QueryRequest extends SessionRef {
  readonly sub?: readonly SubCommandRequest[] | undefined;
}
