import { Agent, type IncomingMessage, request } from 'node:http';
import type { EndpointTarget } from './target.ts';

/** The endpoint answers at once; a daemon that does not is stopped, or another program is there. */
const PATIENCE_MS = 10_000;
/** Far above 500 calls, the most that an answer has. */
const MAX_BYTES = 32 * 1024 * 1024;
const MAX_REASON = 300;

/** What to do about a connection that is not had, by the name of the system's error. */
const CONNECTION_ADVICE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there; does rtpproxy run, and with this address in --http?',
  ENOENT:
    'no socket is there; does rtpproxy run, and with this path in --http? --url or RTPP_HTTP names another endpoint',
  EACCES: 'this user may not use the socket; run it as root, or as a user of the group that "ls -l" shows',
  ECONNRESET:
    'the other end closed the connection; is it the endpoint of rtpproxy, and does --http-allow let this host in?',
  ETIMEDOUT: 'nothing answers; does a firewall drop the packets, or is it another program that listens there?',
  EHOSTUNREACH: 'there is no way to that host',
  ENOTFOUND: 'no such host name',
  EPERM: 'the firewall of this host, or the sandbox of this process, forbids it',
};

/** The same by the status of an answer. */
const STATUS_ADVICE: Readonly<Record<number, string>> = {
  401: 'give the file of --http-token-file with --token-file or RTPP_HTTP_TOKEN_FILE',
  404: 'is it the endpoint of rtpproxy, and does its path belong into --url?',
  403: '--http-allow of the daemon says who may read',
  421: 'give the address of the host instead of its name, or the token with --token-file',
  503: 'others ask for too much at the same time; try again',
};

/** The endpoint could not be reached, or refused what was asked for. The message says what to do about it. */
export class EndpointError extends Error {}

/** There is nothing at that path: no such call, or it is no endpoint of rtpproxy. */
export class NotFoundError extends EndpointError {}

/** Asks the HTTP endpoint of a daemon. */
export class Endpoint {
  readonly #target: EndpointTarget;
  readonly #token: string | undefined;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #patience: number;

  /** `token`: of `--http-token-file`. */
  constructor(target: EndpointTarget, token: string | undefined, patience = PATIENCE_MS) {
    this.#target = target;
    this.#token = token;
    this.#patience = patience;
  }

  /**
   * The JSON below a path, such as `/api/totals`.
   *
   * @throws EndpointError; when `signal` aborts, any error
   */
  async get(path: string, signal?: AbortSignal): Promise<unknown> {
    const { status, body } = await this.#ask(path, signal);
    const text = withAdvice(`${status} ${reason(body)}`, STATUS_ADVICE[status]);
    if (status === 404) throw new NotFoundError(`${this.#name}: ${text}`);
    if (status !== 200) throw new EndpointError(`${this.#name}: ${text}`);
    try {
      return JSON.parse(body);
    } catch {
      throw new EndpointError(`${this.#name}: no answer of rtpproxy, but ${JSON.stringify(body.slice(0, 60))}`);
    }
  }

  /** Connections that are kept for the next question end. */
  close(): void {
    this.#agent.destroy();
  }

  get #name(): string {
    const target = this.#target;
    if ('socketPath' in target) return `unix:${target.socketPath}`;
    return `http://${target.host.includes(':') ? `[${target.host}]` : target.host}:${target.port}${target.path}`;
  }

  async #ask(path: string, signal: AbortSignal | undefined): Promise<{ status: number; body: string }> {
    try {
      const response = await this.#send(path, signal);
      return { status: response.statusCode ?? 0, body: await read(response) };
    } catch (error) {
      if (signal?.aborted === true || error instanceof EndpointError) throw error;
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      const message = error instanceof Error ? error.message || code : String(error);
      throw new EndpointError(`${this.#name}: ${withAdvice(message, CONNECTION_ADVICE[code])}`);
    }
  }

  #send(path: string, signal: AbortSignal | undefined): Promise<IncomingMessage> {
    const target = this.#target;
    const headers = {
      accept: 'application/json',
      ...(this.#token !== undefined && { authorization: `Bearer ${this.#token}` }),
    };
    const way = 'socketPath' in target ? target : { host: target.host, port: target.port };
    const prefix = 'socketPath' in target ? '' : target.path;
    const ended = AbortSignal.timeout(this.#patience);
    const either = signal === undefined ? ended : AbortSignal.any([ended, signal]);
    return new Promise((resolve, reject) => {
      const sent = request({ ...way, path: `${prefix}${path}`, headers, agent: this.#agent, signal: either }, resolve);
      sent.on('error', (error) => reject(ended.aborted ? timeout(this.#patience) : error));
      sent.end();
    });
  }
}

function timeout(ms: number): Error {
  return Object.assign(new Error(`no answer within ${ms / 1000} s`), { code: 'ETIMEDOUT' });
}

async function read(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    if (!Buffer.isBuffer(chunk)) continue;
    chunks.push(chunk);
    size += chunk.length;
    if (size > MAX_BYTES) throw new EndpointError(`the answer is longer than ${MAX_BYTES} bytes`);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The first line of a refusal. */
function reason(body: string): string {
  return (body.split('\n', 1)[0] ?? '').slice(0, MAX_REASON);
}

function withAdvice(text: string, advice: string | undefined): string {
  return advice === undefined ? text : `${text}: ${advice}`;
}
