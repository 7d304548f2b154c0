import type { IncomingHttpHeaders } from 'node:http';
import { isIPv4, isIPv6 } from 'node:net';
import { type Answer, refusal } from './answer.ts';
import type { Token } from './token.ts';

/** Who may use the endpoint. */
export interface AdmissionRules {
  /** Unix sockets have no `Host` that means something. */
  readonly tcp: boolean;
  readonly token: Token | undefined;
}

const HOST = /^(?:\[([0-9a-f:.]+)\]|([^:]*))(?::[0-9]{1,5})?$/i;

const WRONG_HOST =
  'This name is not served. Use the address of the host or localhost instead of a name, or show the token of ' +
  '--http-token-file: otherwise a web page could read from here by a name that it has made point to this host.';
const OTHER_SITE = 'Pages of other sites may not read from here.';
const NO_TOKEN =
  'This needs the token of --http-token-file: as the header "Authorization: Bearer TOKEN", or open /?token=TOKEN once in a browser.';

/**
 * Why a request is refused; undefined when it may go on. A name in `Host` is taken only with the token: a page that lets its own
 * name point to this host (DNS rebinding) has the address of an operator's browser, but not that. `secret`: the token is needed.
 */
export function objection(headers: IncomingHttpHeaders, rules: AdmissionRules, secret: boolean): Answer | undefined {
  const { tcp, token } = rules;
  const shown = token?.shownBy(credentials(headers)) ?? false;
  if (tcp && !shown && isName(headers.host)) return refusal(421, WRONG_HOST);
  if (isOtherSite(headers)) return refusal(403, OTHER_SITE);
  if (!secret || token === undefined || shown) return undefined;
  return refusal(401, NO_TOKEN, { 'WWW-Authenticate': 'Bearer' });
}

/** Whether a token was shown that is not the right one. */
export function isWrongToken({ authorization }: IncomingHttpHeaders, answer: Answer): boolean {
  return answer.status === 401 && authorization !== undefined;
}

function credentials({ authorization, cookie }: IncomingHttpHeaders) {
  return { ...(authorization !== undefined && { authorization }), ...(cookie !== undefined && { cookie }) };
}

/**
 * Nobody can make an address or `localhost` point elsewhere. Without `Host` it was no browser: load balancers check with
 * HTTP/1.0, which has none, and 1.1 is not served without it.
 */
function isName(host: string | undefined): boolean {
  if (host === undefined) return false;
  const [, ipv6, name = ''] = HOST.exec(host) ?? [];
  if (ipv6 !== undefined) return !isIPv6(ipv6);
  return !isIPv4(name) && name.toLowerCase() !== 'localhost';
}

/**
 * A browser fetches it for a page of another site. The page could not read it, but would hold places of streams and scrapes.
 * To follow a link is something else.
 */
function isOtherSite(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== 'cross-site' && site !== 'same-site') return false;
  return headers['sec-fetch-mode'] !== 'navigate' || headers['sec-fetch-dest'] !== 'document';
}
