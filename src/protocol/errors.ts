/** Error codes of `E<code>` replies (protocol.md 4) by what went wrong, and what each tells people who ask by hand. */
export const ERRORS = {
  unknownCommand: { code: 0, text: 'The first byte of the command is no command letter.' },
  wrongArgumentCount: { code: 1, text: 'Wrong number of arguments.' },
  unexpectedModifier: { code: 2, text: 'V, VF, X or S carries modifiers.' },
  badSubCommand: { code: 3, text: 'A sub-command where none is taken, or an unknown or badly formed one.' },
  malformed: { code: 5, text: 'The command could not be split into tokens.' },
  refusedModifier: { code: 6, text: '`R` with `p`, or `Na` followed by anything.' },
  unknownRecordModifier: { code: 7, text: 'Unknown modifier of R, C or N.' },
  unknownDeleteModifier: { code: 8, text: 'Unknown modifier of D.' },
  unknownStatsModifier: { code: 9, text: 'Unknown modifier of G.' },
  badNotifyTag: { code: 10, text: 'Bad percent-encoding in the notify tag of U.' },
  badExternalSide: { code: 11, text: '`e` without bridge mode, or as the third of the `e` and `i` letters.' },
  badInternalSide: { code: 12, text: '`i` without bridge mode, or as the third of the `e` and `i` letters.' },
  badPtime: { code: 13, text: '`z` without a number from 1 to 999.' },
  badCodecList: { code: 14, text: '`c` without a list, or a second `c`.' },
  malformedLocalAddress: { code: 15, text: '`l` not followed by something that looks like an address or a label.' },
  malformedRouteAddress: { code: 16, text: '`r` not followed by something that looks like an address.' },
  badPlayCount: { code: 17, text: 'The modifier of P is not one decimal number.' },
  unknownInfoModifier: { code: 18, text: 'Unknown modifier of I.' },
  unknownQueryModifier: { code: 19, text: 'Unknown modifier of Q; told only after the session was found.' },
  statsTooLong: { code: 25, text: 'The reply of G does not fit.' },
  replyTooLong: { code: 26, text: 'The reply of Q, or of U or L, does not fit.' },
  unusableLocalAddress: { code: 31, text: 'The address after `l` is invalid, or the label unknown.' },
  noRoute: { code: 32, text: 'The address after `r` is invalid, or there is no route to it.' },
  unknownMediaModifier: { code: 35, text: 'Unknown modifier of U or L.' },
  noSessionCodecs: { code: 35, text: '`P ... session` for a peer without a codec list.' },
  noLocalAddress: { code: 36, text: 'No local address of the wanted family.' },
  badPeerAddress: { code: 37, text: "The peer's address or port is not numeric or not valid." },
  sessionNotFound: { code: 50, text: 'No such session; for R and N also: nothing was started or stopped.' },
  noPrompt: { code: 60, text: 'No prompt file could be opened for any codec, or a bad codec list.' },
  unknownQueryName: { code: 62, text: 'Unknown statistic name in Q.' },
  copyFailed: { code: 65, text: 'C failed: its target is not valid, or no file or port could be opened for the copy.' },
  unknownStatsName: { code: 68, text: 'Unknown statistic name in G, or a value of it does not fit the reply.' },
  noPortForLeg: { code: 71, text: 'No media port could be opened for a leg of an existing session.' },
  noPortForSession: { code: 72, text: 'No media ports could be opened for a new session.' },
  notifyNotConfigured: { code: 75, text: 'U with notify arguments, but the daemon has no notify target.' },
  internal: { code: 81, text: 'Out of memory or another internal failure: the sender did nothing wrong.' },
  infoTooLong: { code: 86, text: 'The reply of I does not fit.' },
  shuttingDown: { code: 99, text: 'New session refused: the daemon waits for its last session to end.' },
} as const satisfies Readonly<Record<string, { readonly code: number; readonly text: string }>>;

export type ErrorName = keyof typeof ERRORS;

/** Why a command was refused: a value to return, not an exception, because refusing must not cost a stack trace. */
export class ProtocolError {
  readonly name: ErrorName;
  readonly code: number;

  constructor(name: ErrorName) {
    this.name = name;
    this.code = ERRORS[name].code;
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
