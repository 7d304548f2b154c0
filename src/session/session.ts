import type { LegIndex, SessionHandle } from '../addon/types.ts';
import type { SignalledPeer } from '../protocol/command.ts';
import type { LocalAddress } from '../protocol/local-address.ts';

/** What the control plane knows of one leg; the media state is the engine's. */
export interface SessionLeg {
  /** RTP port, once the leg has one. */
  port: number | undefined;
  /** Where `port` is bound, or will be. */
  local: LocalAddress;
  weak: boolean;
  /** What the last U or L of the leg's peer said of it: where it is, and that its address does not change. */
  peer: SignalledPeer | undefined;
  asymmetric: boolean;
  /** How often a U or L has put the leg's peer on hold, also when it was already. */
  holds: number;
  /** Codec list and packet length of the leg's peer (`c` and `z` of its last U or L). */
  codecs: string | undefined;
  ptime: number | undefined;
  tos: number | undefined;
}

/** Where a notification goes; plain data. `localAddress` is the address to connect from, if it matters. */
export type NotifyDestination =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly localAddress: string | undefined };

/** One call, or one medium of it: identified by Call-ID and from-tag (protocol.md 1). */
export interface Session {
  readonly callId: string;
  readonly fromTag: string;
  /** Of the party that has answered; undefined before that. */
  toTag: string | undefined;
  /** Engine handle. */
  readonly handle: SessionHandle;
  readonly legs: readonly [SessionLeg, SessionLeg];
  strong: boolean;
  complete: boolean;
  /** It is gone from the control plane. */
  ended: boolean;
  /** Milliseconds of the monotonic clock. */
  readonly createdAt: number;
  /** Who is told when the session times out, and by what text (protocol.md 8.10). */
  notify: { readonly destination: NotifyDestination; readonly tag: string } | undefined;
}

/** Names of the legs' peers in the log: leg 0 faces the callee. */
export const LEG_ACTORS = ['callee', 'caller'] as const;

export function otherLeg(leg: LegIndex): LegIndex {
  return leg === 0 ? 1 : 0;
}

/** Text behind the last `;` of a tag, the medium's number; `0` when there is none, as log lines have it. */
export function mediaNumber(tag: string): string {
  const at = tag.lastIndexOf(';');
  return at < 0 ? '0' : tag.slice(at + 1);
}
