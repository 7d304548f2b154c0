import { RtpproxyConnectionError, RtpproxyTimeoutError } from './errors.ts';

/** Longest command in bytes that every kind of control socket takes, with a cookie and LF (protocol.md 10). */
export const MAX_COMMAND_BYTES = 8100;

/** Longest reply in bytes that is read; the daemon's are shorter (protocol.md 4). */
export const MAX_REPLY_BYTES = 65_536;

/** Brings commands to a daemon, and replies back. */
export interface Transport {
  /** Sends the command of an exchange now or later, and settles it with the reply or an error. */
  send(exchange: Exchange): void;
  /** Gives up everything that waits; nothing is sent afterwards. */
  close(): void;
}

export interface ExchangeLimits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

export type ExchangeOutcome = 'answered' | 'failed';

/** One command on its way to its reply. It is settled once: by the transport, by its time-out or by its signal. */
export class Exchange {
  /** Latin-1, without cookie and LF. */
  readonly command: string;
  /** The reply without its last LF. */
  readonly reply: Promise<string>;
  /** What the system last said about the socket; tells a time-out's cause. */
  trouble: Error | undefined;
  #settled = false;
  readonly #whenSettled: ((outcome: ExchangeOutcome) => void)[] = [];
  readonly #resolve: (reply: string) => void;
  readonly #reject: (reason: unknown) => void;

  constructor(command: string, { timeoutMs, signal }: ExchangeLimits) {
    this.command = command;
    const { promise, resolve, reject } = deferred();
    this.reply = promise;
    this.#resolve = resolve;
    this.#reject = reject;
    const timer = setTimeout(() => this.fail(new RtpproxyTimeoutError(command, timeoutMs, this.trouble)), timeoutMs);
    const abort = (): void => this.fail(signal?.reason);
    signal?.addEventListener('abort', abort);
    this.onSettled(() => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    });
  }

  get settled(): boolean {
    return this.#settled;
  }

  /** Runs the step when the exchange, which is not settled yet, is settled in whatever way. */
  onSettled(step: (outcome: ExchangeOutcome) => void): void {
    this.#whenSettled.push(step);
  }

  /** Settles with a reply as it came, its last LF included. */
  answer(reply: string): void {
    if (this.#settle('answered')) this.#resolve(reply.endsWith('\n') ? reply.slice(0, -1) : reply);
  }

  fail(reason: unknown): void {
    if (this.#settle('failed')) this.#reject(reason);
  }

  #settle(outcome: ExchangeOutcome): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    for (const step of this.#whenSettled.splice(0)) step(outcome);
    return true;
  }
}

/** What every command gets that still waits when its client is closed. */
export function closedError(): RtpproxyConnectionError {
  return new RtpproxyConnectionError('ERR_RTPPROXY_CLOSED', 'the client is closed');
}

function deferred(): {
  readonly promise: Promise<string>;
  readonly resolve: (reply: string) => void;
  readonly reject: (reason: unknown) => void;
} {
  let resolve: (reply: string) => void = () => undefined;
  let reject: (reason: unknown) => void = () => undefined;
  const promise = new Promise<string>((accept, refuse) => {
    resolve = accept;
    reject = refuse;
  });
  return { promise, resolve, reject };
}
