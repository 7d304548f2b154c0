import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { ListenOptions, Socket } from 'node:net';
import { unmapped } from '../control/tcp.ts';
import type { Logger } from '../log/log.ts';
import { type AdmissionRules, isWrongToken, objection } from './admission.ts';
import { type Answer, busy, refusal, STANDING_HEADERS } from './answer.ts';
import { EventStreams } from './event-streams.ts';
import { Gate } from './gate.ts';
import { parseTarget, type RequestTarget } from './request-target.ts';
import { findRoute, type Route, type Shown } from './routes.ts';

const WHERE = 'http';
const MAX_CONNECTIONS = 100;
const MAX_STREAMS = 8;
const MAX_SCRAPES = 2;
const MAX_ANSWERS = 16;
const BACKLOG = 32;
/** Bytes of a request's head, and how long it and the pause before the next one may take. */
const SERVER_OPTIONS = {
  maxHeaderSize: 8192,
  headersTimeout: 5000,
  requestTimeout: 5000,
  keepAliveTimeout: 5000,
  connectionsCheckingInterval: 1000,
  noDelay: true,
} as const;
/** How long a client may take to read an answer. */
const READ_MS = 10_000;
const METHODS = 'GET, HEAD';

/** What operators are told of. */
type Warning = 'full' | 'denied' | 'token';

/** Who may connect, and what they have to show. */
export interface EndpointAccess extends AdmissionRules {
  /** Tells who may connect over TCP, by numeric address. */
  allows(host: string): boolean;
}

/**
 * The HTTP server of `--http`. It shows and never changes anything, and what anybody does to it costs others no more than its
 * bounds: connections, streams, scrapes and answers under way are counted, heads are short, and nobody is waited for.
 */
export class HttpEndpoint {
  readonly #shown: Shown;
  readonly #access: EndpointAccess;
  readonly #logger: Logger;
  readonly #server: Server;
  readonly #streams: EventStreams;
  readonly #gates = { stream: new Gate(MAX_STREAMS), scrape: new Gate(MAX_SCRAPES), answer: new Gate(MAX_ANSWERS) };
  readonly #counts: Record<Warning, number> = { full: 0, denied: 0, token: 0 };

  constructor(shown: Shown, access: EndpointAccess, logger: Logger) {
    this.#shown = shown;
    this.#access = access;
    this.#logger = logger;
    this.#streams = new EventStreams(shown.calls);
    this.#server = createServer(SERVER_OPTIONS, (request, response) => this.#serve(request, response));
    this.#server.maxConnections = MAX_CONNECTIONS;
    this.#server.on('connection', (socket) => this.#admit(socket));
    this.#server.on('drop', () => this.#warn('full', `more than ${MAX_CONNECTIONS} connections; one more was closed`));
  }

  /** Bound port, 0 for a Unix socket. */
  get port(): number {
    const address = this.#server.address();
    return address === null || typeof address === 'string' ? 0 : address.port;
  }

  /** Binds and listens. Rejects with the system error. */
  listen(options: ListenOptions): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ ...options, backlog: BACKLOG, exclusive: true }, () => {
        this.#server.off('error', reject);
        // A failed accept() concerns one client.
        this.#server.on('error', () => {});
        resolve();
      });
    });
  }

  /** Ends everything at once; resolves when all is closed. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#streams.close();
      this.#server.closeAllConnections();
    });
  }

  #admit(socket: Socket): void {
    // Node destroys a socket with an error itself; nobody here is waiting for it.
    const host = unmapped(socket.remoteAddress ?? '');
    if (!this.#access.tcp || this.#access.allows(host)) return;
    this.#warn('denied', `${host || 'a client that is gone'} may not connect; see --http-allow`);
    socket.destroy();
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    // A response that waits for the one before it is told of no end of the connection: its place would never come back.
    if (response.socket === null) {
      request.socket.destroy();
      return;
    }
    const found = this.#find(request);
    if (!('kind' in found)) {
      if (isWrongToken(request.headers, found)) this.#warn('token', `a wrong token came from ${senderOf(request)}`);
      send(request, response, found);
      return;
    }
    if (found.kind === 'page') {
      send(request, response, found.answer);
      return;
    }
    const gate = this.#gates[found.kind];
    if (!gate.enter()) {
      send(request, response, busy('Too many requests of that kind are under way.'));
      return;
    }
    response.once('close', () => gate.leave());
    if (found.kind === 'stream') this.#stream(request, response);
    else void this.#answer(request, response, found.answer);
  }

  /** What is asked for, or why it is not given. */
  #find(request: IncomingMessage): Route | Answer {
    const { method, headers, url = '' } = request;
    if (method !== 'GET' && method !== 'HEAD') {
      return refusal(405, 'Nothing can be changed here: GET and HEAD only.', { Allow: METHODS });
    }
    if (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0) {
      return refusal(400, 'A GET has no body.');
    }
    const target = parseTarget(url);
    if ('status' in target) return target;
    const route = findRoute(target, this.#shown);
    return (
      this.#logIn(target) ??
      objection(headers, this.#access, route?.kind !== 'page') ??
      route ??
      refusal(404, 'There is nothing here.')
    );
  }

  /** `/?token=`: the token leaves the address line of the browser, and a cookie that scripts cannot read stands for it. */
  #logIn({ path, query }: RequestTarget): Answer | undefined {
    const given = path === '/' ? query.get('token') : null;
    const { token } = this.#access;
    if (given === null || token === undefined) return undefined;
    if (token.matches(given)) return refusal(303, 'See ./', { Location: './', 'Set-Cookie': token.setCookie });
    this.#warn('token', 'a wrong token came for the page');
    return refusal(401, 'This is not the token of --http-token-file.');
  }

  async #answer(request: IncomingMessage, response: ServerResponse, make: () => Promise<Answer>): Promise<void> {
    let answer: Answer;
    try {
      answer = await make();
    } catch (error) {
      // A defect of ours.
      const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.#logger.log('CRIT', WHERE, `internal error in ${request.url}: ${trace}`);
      answer = refusal(500, 'An internal error; the log of the daemon has more.');
    }
    send(request, response, answer);
  }

  #stream(request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { ...STANDING_HEADERS, 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' });
    if (request.method === 'HEAD') response.end();
    else this.#streams.add(response);
  }

  /** The first one of a kind, the tenth, and so on is told. */
  #warn(kind: Warning, text: string): void {
    const count = ++this.#counts[kind];
    if (/^10*$/.test(String(count))) this.#logger.log('WARN', WHERE, `${text}, ${count} so far`);
  }
}

function senderOf(request: IncomingMessage): string {
  return unmapped(request.socket.remoteAddress ?? '') || 'a client that is gone';
}

function send(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  const { status, type, body, headers = {} } = answer;
  if (response.destroyed) return;
  const tag = headers.ETag;
  const known = tag !== undefined && request.headers['if-none-match'] === tag;
  // What has come behind a refused request is not read.
  const end = status >= 400 ? { Connection: 'close' } : {};
  const length = { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) };
  response.writeHead(known ? 304 : status, { ...STANDING_HEADERS, ...headers, ...end, ...(known ? {} : length) });
  const late = setTimeout(() => response.destroy(), READ_MS);
  response.once('close', () => clearTimeout(late));
  response.end(known || request.method === 'HEAD' ? undefined : body);
}
