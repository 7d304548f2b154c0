import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** Shorter ones could be guessed. */
export const MIN_TOKEN = 16;
const COOKIE_PURPOSE = 'rtpproxy page';
const BEARER = /^Bearer +([^ ]+) *$/i;

/**
 * The secret that requests have to show: in `Authorization: Bearer`, or by the cookie that a browser gets for it. The cookie
 * is made from the token, so that it holds over a restart and ends with the token, and does not tell it.
 */
export class Token {
  readonly #digest: Buffer;
  readonly #cookie: string;
  readonly #cookieName: string;

  /** Cookies are shared by all ports of a host: the name of this one has the port. */
  constructor(token: string, port: number) {
    this.#digest = digest(token);
    this.#cookie = createHmac('sha256', token).update(COOKIE_PURPOSE).digest('hex');
    this.#cookieName = `rtpproxy-${port}`;
  }

  /** Whether it is that; takes as long for every text. */
  matches(text: string): boolean {
    return timingSafeEqual(digest(text), this.#digest);
  }

  /** Whether the headers of a request show it. */
  shownBy({ authorization, cookie }: { readonly authorization?: string; readonly cookie?: string }): boolean {
    const bearer = BEARER.exec(authorization ?? '')?.[1];
    if (bearer !== undefined) return this.matches(bearer);
    const value = cookieValue(cookie ?? '', this.#cookieName);
    return value !== undefined && timingSafeEqual(digest(value), digest(this.#cookie));
  }

  /** `Set-Cookie` of the cookie. It is never sent with a request that another site's page makes, and no script can read it. */
  get setCookie(): string {
    return `${this.#cookieName}=${this.#cookie}; HttpOnly; SameSite=Strict; Path=/`;
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function cookieValue(header: string, name: string): string | undefined {
  const pair = header.split(';').find((text) => text.trimStart().startsWith(`${name}=`));
  return pair?.slice(pair.indexOf('=') + 1).trim();
}
