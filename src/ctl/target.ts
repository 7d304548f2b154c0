/** Where the endpoint listens: a Unix socket, or a host and port. */
export type EndpointTarget =
  | { readonly socketPath: string }
  /** `path`: what a proxy before the endpoint wants to see in front of its paths; '' without one. */
  | { readonly host: string; readonly port: number; readonly path: string };

/** Where the endpoint is looked for when nothing says so; what the packages' unit has room for. */
export const DEFAULT_ENDPOINT = 'unix:/run/rtpproxy/http';

/** Reads `http://HOST:PORT`, `HOST:PORT` or `unix:PATH`, as `--http` of the daemon has them; undefined: it is none of these. */
export function parseEndpoint(text: string): EndpointTarget | undefined {
  if (text.startsWith('unix:'))
    return text.length > 'unix:'.length ? { socketPath: text.slice('unix:'.length) } : undefined;
  if (text.startsWith('/')) return { socketPath: text };
  const url = parseUrl(/^[a-z]+:\/\//i.test(text) ? text : `http://${text}`);
  if (url?.protocol !== 'http:' || url.hostname === '' || url.search !== '' || url.hash !== '') return undefined;
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return { host, port: Number(url.port || '80'), path: url.pathname.replace(/\/+$/, '') };
}

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}
