/** Error codes of `E<code>` replies (protocol.md 4), by what went wrong; `ERROR_TEXTS` explains them. */
export const ERROR_CODES = {
  unknownCommand: 0,
  wrongArgumentCount: 1,
  unexpectedModifier: 2,
  badSubCommand: 3,
  malformed: 5,
  refusedModifier: 6,
  unknownRecordModifier: 7,
  unknownDeleteModifier: 8,
  unknownStatsModifier: 9,
  badNotifyTag: 10,
  badExternalSide: 11,
  badInternalSide: 12,
  badPtime: 13,
  badCodecList: 14,
  malformedLocalAddress: 15,
  malformedRouteAddress: 16,
  badPlayCount: 17,
  unknownInfoModifier: 18,
  unknownQueryModifier: 19,
  statsTooLong: 25,
  replyTooLong: 26,
  unusableLocalAddress: 31,
  noRoute: 32,
  unknownMediaModifier: 35,
  noSessionCodecs: 35,
  noLocalAddress: 36,
  badPeerAddress: 37,
  sessionNotFound: 50,
  noPrompt: 60,
  unknownQueryName: 62,
  copyFailed: 65,
  unknownStatsName: 68,
  noPortForLeg: 71,
  noPortForSession: 72,
  notifyNotConfigured: 75,
  internal: 81,
  infoTooLong: 86,
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

/** The address of a peer is a control socket of the daemon: told from other bad addresses by the log only. */
export const PEER_IS_CONTROL_SOCKET: ProtocolError = new ProtocolError('badPeerAddress');
