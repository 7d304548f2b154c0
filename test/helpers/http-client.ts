import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, type RequestOptions, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { atEnd, type TestScope } from './cleanup.ts';
import { within } from './deadline.ts';

const WAIT_MS = 10_000;

/** Where an endpoint listens. */
export type HttpTarget = { readonly host: string; readonly port: number } | { readonly socketPath: string };

export interface HttpReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Sends a request on a connection of its own and reads the whole answer. */
export async function httpRequest(target: HttpTarget, path: string, options: RequestOptions = {}): Promise<HttpReply> {
  const response = await open(target, path, options);
  const parts: Buffer[] = [];
  const read = async (): Promise<void> => {
    for await (const part of response) parts.push(part);
  };
  await within(read(), WAIT_MS, `answer to ${path}`);
  return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts).toString() };
}

/** Writes these bytes on a connection of its own and reads until it is closed. */
export async function httpRaw(scope: TestScope, target: HttpTarget, bytes: string): Promise<string> {
  const socket = await rawConnection(scope, target);
  const parts: Buffer[] = [];
  socket.on('data', (part) => parts.push(part));
  const closed = once(socket, 'close');
  socket.write(bytes);
  await within(closed, WAIT_MS, 'end of the connection');
  return Buffer.concat(parts).toString();
}

/** A connection that says nothing; what goes wrong with it is no failure. */
export async function rawConnection(scope: TestScope, target: HttpTarget): Promise<Socket> {
  const socket = 'socketPath' in target ? connect(target.socketPath) : connect(target.port, target.host);
  atEnd(scope, () => {
    socket.destroy();
  });
  socket.on('error', () => {});
  await within(Promise.race([once(socket, 'connect'), once(socket, 'close')]), WAIT_MS, 'connection');
  return socket;
}

/** One message of an event stream. */
export interface StreamMessage {
  readonly event: string;
  readonly data: unknown;
}

/** A client of `/api/events`. */
export class EventClient {
  readonly messages: StreamMessage[] = [];
  /** Resolves when the stream has ended, for whatever reason. */
  readonly closed: Promise<void>;
  readonly status: number;
  readonly #response: IncomingMessage;
  #rest = '';

  private constructor(response: IncomingMessage) {
    this.#response = response;
    this.status = response.statusCode ?? 0;
    response.setEncoding('utf8');
    response.on('data', (text: string) => this.#read(text));
    response.on('error', () => {});
    this.closed = new Promise((resolve) => response.once('close', resolve));
  }

  static async open(scope: TestScope, target: HttpTarget, options: RequestOptions = {}): Promise<EventClient> {
    const client = new EventClient(await open(target, '/api/events', options));
    atEnd(scope, () => client.close());
    return client;
  }

  /** The first message of that kind from now on that fits; those before it are dropped. */
  async next(event: string, fits: (data: unknown) => boolean = () => true): Promise<unknown> {
    const take = async (): Promise<unknown> => {
      for (;;) {
        const message = this.messages.shift();
        if (message?.event === event && fits(message.data)) return message.data;
        if (message === undefined) await once(this.#response, 'data');
      }
    };
    return await within(take(), WAIT_MS, `event ${event}`);
  }

  pause(): void {
    this.#response.pause();
  }

  resume(): void {
    this.#response.resume();
  }

  close(): void {
    this.#response.destroy();
  }

  #read(text: string): void {
    const parts = (this.#rest + text).split('\n\n');
    this.#rest = parts.pop() ?? '';
    for (const part of parts) {
      const fields = new Map(
        part.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
      );
      const event = fields.get('event');
      if (event !== undefined) this.messages.push({ event, data: JSON.parse(fields.get('data') ?? 'null') });
    }
  }
}

async function open(target: HttpTarget, path: string, options: RequestOptions): Promise<IncomingMessage> {
  const sent = request({ agent: false, ...target, path, ...options });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    sent.once('response', resolve);
    sent.once('error', reject);
  });
  sent.end();
  return await within(answered, WAIT_MS, `answer to ${path}`);
}
