/** Error codes of `E<code>` replies (protocol.md 4), by what went wrong. */
export const ERROR_CODES = {
  /** The first byte of the command is no command letter. */
  unknownCommand: 0,
  /** Wrong number of arguments. */
  wrongArgumentCount: 1,
  /** V, VF, X or S carries modifiers. */
  unexpectedModifier: 2,
  /** A sub-command where none is taken, or an unknown or badly formed one. */
  badSubCommand: 3,
  /** The command could not be split into tokens (protocol.md 3). */
  malformed: 5,
  /** `R` with `p`, or `Na` followed by anything. */
  refusedModifier: 6,
  /** Unknown modifier of R, C or N. */
  unknownRecordModifier: 7,
  /** Unknown modifier of D. */
  unknownDeleteModifier: 8,
  /** Unknown modifier of G. */
  unknownStatsModifier: 9,
  /** Bad percent-encoding in the notify tag of U. */
  badNotifyTag: 10,
  /** `e` without bridge mode, or as the third of the `e` and `i` letters. */
  badExternalSide: 11,
  /** `i` without bridge mode, or as the third of the `e` and `i` letters. */
  badInternalSide: 12,
  /** `z` without a number from 1 to 999. */
  badPtime: 13,
  /** `c` without a list, or a second `c`. */
  badCodecList: 14,
  /** `l` not followed by something that looks like an address or a label. */
  malformedLocalAddress: 15,
  /** `r` not followed by something that looks like an address. */
  malformedRouteAddress: 16,
  /** The modifier of P is not one decimal number. */
  badPlayCount: 17,
  /** Unknown modifier of I. */
  unknownInfoModifier: 18,
  /** Unknown modifier of Q; told only after the session was found. */
  unknownQueryModifier: 19,
  /** The reply of G does not fit. */
  statsTooLong: 25,
  /** The reply of Q, or of U or L, does not fit. */
  replyTooLong: 26,
  /** The address after `l` is invalid, or the label unknown. */
  unusableLocalAddress: 31,
  /** The address after `r` is invalid, or there is no route to it. */
  noRoute: 32,
  /** Unknown modifier of U or L. */
  unknownMediaModifier: 35,
  /** `P ... session` for a peer without a codec list. */
  noSessionCodecs: 35,
  /** No local address of the wanted family. */
  noLocalAddress: 36,
  /** The peer's address or port is not numeric or not valid. */
  badPeerAddress: 37,
  /** No such session; for R and N also: nothing was started or stopped. */
  sessionNotFound: 50,
  /** No prompt file could be opened for any codec, or a bad codec list. */
  noPrompt: 60,
  /** Unknown statistic name in Q. */
  unknownQueryName: 62,
  /** C failed. */
  copyFailed: 65,
  /** Unknown statistic name in G, or a value of it does not fit the reply. */
  unknownStatsName: 68,
  /** No media port could be opened for a leg of an existing session. */
  noPortForLeg: 71,
  /** No media ports could be opened for a new session. */
  noPortForSession: 72,
  /** U with notify arguments, but the daemon has no notify target. */
  notifyNotConfigured: 75,
  /** Out of memory or another internal failure: the sender did nothing wrong. */
  internal: 81,
  /** The reply of I does not fit. */
  infoTooLong: 86,
  /** New session refused: the daemon waits for its last session to end. */
  shuttingDown: 99,
} as const;

export type ErrorName = keyof typeof ERROR_CODES;

/** Why a command was refused: a value to return, not an exception, because refusing must not cost a stack trace. */
export class ProtocolError {
  readonly name: ErrorName;
  readonly code: number;

  constructor(name: ErrorName) {
    this.name = name;
    this.code = ERROR_CODES[name];
  }
}

const PREALLOCATED = new Map<ErrorName, ProtocolError>();

/** The one ProtocolError of that name. */
export function protocolError(name: ErrorName): ProtocolError {
  let error = PREALLOCATED.get(name);
  if (error === undefined) {
    error = new ProtocolError(name);
    PREALLOCATED.set(name, error);
  }
  return error;
}
