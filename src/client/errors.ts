import { ERRORS, type ErrorName } from '../protocol/errors.ts';

/** What went wrong, by the stable names of the protocol's error codes; `unknown`: a code that protocol.md 4 does not have. */
export type RtpproxyErrorReason = ErrorName | 'unknown';

const REASONS = new Map<number, ErrorName>();
for (const [name, { code }] of Object.entries(ERRORS)) {
  if (!REASONS.has(code)) REASONS.set(code, name as ErrorName);
}

/** The daemon refused a command: it answered `E<code>`. */
export class RtpproxyError extends Error {
  override readonly name = 'RtpproxyError';
  /** The number after `E`. */
  readonly code: number;
  readonly reason: RtpproxyErrorReason;
  /** The command as it was sent, without cookie. */
  readonly command: string;

  constructor(code: number, command: string) {
    const reason = reasonOf(code, command);
    super(`E${code} (${reason}) for ${JSON.stringify(command)}`);
    this.code = code;
    this.reason = reason;
    this.command = command;
  }
}

/** No reply came in time. Whether the daemon has executed the command is not known. */
export class RtpproxyTimeoutError extends Error {
  override readonly name = 'RtpproxyTimeoutError';
  readonly code = 'ERR_RTPPROXY_TIMEOUT';
  readonly command: string;

  /** `cause`: what the system last said about the socket, such as a refused datagram. */
  constructor(command: string, timeoutMs: number, cause: Error | undefined) {
    super(`no reply within ${timeoutMs} ms for ${JSON.stringify(command)}`, cause === undefined ? {} : { cause });
    this.command = command;
  }
}

/** The control socket could not be reached, or its connection ended before the reply. */
export class RtpproxyConnectionError extends Error {
  override readonly name = 'RtpproxyConnectionError';
  /** The system's name, such as `ECONNREFUSED`, `ENOENT` or `ECONNRESET`; `ERR_RTPPROXY_CLOSED` after `close()`. */
  readonly code: string;

  constructor(code: string, message: string, cause?: Error) {
    super(message, cause === undefined ? {} : { cause });
    this.code = code;
  }
}

/** The reply is none that the protocol has for this command. */
export class RtpproxyReplyError extends Error {
  override readonly name = 'RtpproxyReplyError';
  readonly code = 'ERR_RTPPROXY_REPLY';
  readonly reply: string;

  constructor(reply: string, expected: string) {
    super(`not ${expected}: ${JSON.stringify(reply.slice(0, 200))}`);
    this.reply = reply;
  }
}

/** The connection error that a system error amounts to. */
export function connectionError(target: string, cause: Error): RtpproxyConnectionError {
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : 'ECONNRESET';
  return new RtpproxyConnectionError(code, `${target}: ${cause.message}`, cause);
}

/** E35 has two meanings; the command tells which. */
function reasonOf(code: number, command: string): RtpproxyErrorReason {
  if (code === ERRORS.noSessionCodecs.code && /^p/i.test(command)) return 'noSessionCodecs';
  return REASONS.get(code) ?? 'unknown';
}
