import { RtpproxyConnectionError, RtpproxyError, RtpproxyTimeoutError } from '../client/errors.ts';
import { ERRORS } from '../protocol/errors.ts';

/** What to do about a connection that is not had, by the name of the system's error. */
const ADVICE: Readonly<Record<string, string>> = {
  EACCES:
    'this user may not write to the socket; run it as root, or as a user of the group that "ls -l" shows ' +
    '(-w and -u of rtpproxy, SocketMode= and SocketGroup= of rtpproxy.socket)',
  ENOENT: 'no socket is there; is rtpproxy running, and with this path in -s?',
  ECONNREFUSED: 'nobody listens there; is rtpproxy running, and with this socket in -s?',
  EPERM: 'the firewall of this host, or the sandbox of this process, forbids it',
  ENOTFOUND: 'no such host name',
  ECONNRESET: 'the other end is no rtpproxy, or it ended before it replied',
};

function timeoutAdvice(error: unknown): string | undefined {
  return error instanceof RtpproxyTimeoutError
    ? 'is it rtpproxy that listens there, with this socket in -s, and does no firewall drop the packets?'
    : undefined;
}

/** The message of an error, with what to do about it where that is known. */
export function explainError(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const advice = error instanceof RtpproxyConnectionError ? ADVICE[error.code] : timeoutAdvice(error);
  return advice === undefined ? message : `${message}: ${advice}`;
}

/** What to do about the E1 of a word that was meant to be only the first one of its command; undefined for any other reply. */
export function explainWords(reply: string, operands: readonly string[]): string | undefined {
  const single = operands.length > 1 && operands.every((operand) => !operand.includes(' '));
  return single && /^E[01]$/.test(reply)
    ? `one operand is one command; did you mean '${operands.join(' ')}'?`
    : undefined;
}

/** What an error reply means; undefined for any other reply. */
export function explainReply(reply: string, command: string): string | undefined {
  const code = /^E(\d{1,4})$/.exec(reply)?.[1];
  if (code === undefined) return undefined;
  const { reason } = new RtpproxyError(Number(code), command);
  return `${reply}: ${reason === 'unknown' ? 'an error that this program does not know' : ERRORS[reason].text}`;
}
