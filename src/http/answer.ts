/** What a request gets, unless it is a stream. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

export const TEXT = 'text/plain; charset=utf-8';
const JSON_TYPE = 'application/json';

/** Seconds after which a client may try again what was refused because too much is under way. */
const RETRY_SECONDS = '1';

/** On everything that is sent: the page runs its own files only and is shown in no frame, and nothing is kept by a cache. */
export const STANDING_HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; " +
    "form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

export function json(body: string, status = 200): Answer {
  return { status, type: JSON_TYPE, body };
}

/** A reason, and what to do about it, as a line of text. */
export function refusal(status: number, text: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, type: TEXT, body: `${text}\n`, headers };
}

/** Too many of something are under way. */
export function busy(text: string): Answer {
  return refusal(503, text, { 'Retry-After': RETRY_SECONDS });
}
