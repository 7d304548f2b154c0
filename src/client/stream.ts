import { connect, type NetConnectOpts, type Socket } from 'node:net';
import { connectionError, RtpproxyConnectionError } from './errors.ts';
import { replyLines } from './reply.ts';
import type { Target } from './target.ts';
import { closedError, type Exchange, MAX_REPLY_BYTES, type Transport } from './transport.ts';

/** Commands over one lasting connection to a `cunix:`, `tcp:` or `tcp6:` socket, opened when it is needed. */
export class StreamTransport implements Transport {
  readonly #text: string;
  readonly #options: NetConnectOpts;
  readonly #connections = new Set<LineConnection>();
  #current: LineConnection | undefined;

  constructor(target: Target) {
    this.#text = target.text;
    this.#options =
      'path' in target
        ? { path: target.path }
        : { host: target.host, port: target.port, family: target.family, noDelay: true };
  }

  send(exchange: Exchange): void {
    if (this.#current?.usable !== true) this.#current = this.#connect();
    this.#current.send(exchange);
  }

  close(): void {
    for (const connection of this.#connections) connection.close(closedError());
  }

  #connect(): LineConnection {
    const connection = new LineConnection(this.#text, this.#options, () => this.#connections.delete(connection));
    this.#connections.add(connection);
    return connection;
  }
}

/** One connection to a `cunix:` or `tcp:` socket: commands are lines, their replies come in the same order. */
export class LineConnection {
  readonly #text: string;
  readonly #socket: Socket;
  /** Sent and not answered. One that was given up keeps its place until its reply has come. */
  readonly #pending: Exchange[] = [];
  #received = '';
  #usable = true;
  #lastError: Error | undefined;

  /** `text`: the socket's name in errors. `ended` is called once, when the connection is gone. */
  constructor(text: string, options: NetConnectOpts, ended: () => void) {
    this.#text = text;
    this.#socket = connect(options);
    // Commands under way have timers that keep the process running; an idle client does not.
    this.#socket.unref();
    this.#socket.setEncoding('latin1');
    this.#socket.on('data', (part: string) => this.#receive(part));
    this.#socket.on('error', (error) => {
      this.#lastError = error;
    });
    this.#socket.on('end', () => {
      this.#usable = false;
    });
    this.#socket.on('close', () => {
      this.#usable = false;
      const error = this.#endError();
      for (const exchange of this.#pending.splice(0)) exchange.fail(error);
      ended();
    });
  }

  /** Whether further commands may be sent. */
  get usable(): boolean {
    return this.#usable;
  }

  send(exchange: Exchange): void {
    this.#pending.push(exchange);
    exchange.onSettled((outcome) => {
      if (outcome === 'failed') this.#retire();
    });
    this.#socket.write(`${exchange.command}\n`, 'latin1');
  }

  /** Fails all commands under way with the reason. */
  close(reason: Error): void {
    this.#usable = false;
    for (const exchange of this.#pending.splice(0)) exchange.fail(reason);
    this.#socket.destroy();
  }

  /** The daemon may be gone without a word: the next command gets another connection, those under way may still end. */
  #retire(): void {
    this.#usable = false;
    if (this.#pending.every((exchange) => exchange.settled)) this.#socket.destroy();
  }

  #receive(part: string): void {
    this.#received += part;
    for (let reply = this.#takeReply(); reply !== undefined; reply = this.#takeReply()) {
      this.#pending.shift()?.answer(reply);
    }
    const [next] = this.#pending;
    if (this.#received.length > MAX_REPLY_BYTES || (next === undefined && this.#received !== '')) {
      this.#lastError = new Error('not the protocol of rtpproxy');
      this.#socket.destroy();
    } else if (!this.#usable) {
      this.#retire();
    }
  }

  /** Cuts the whole reply of the oldest command off what was received. */
  #takeReply(): string | undefined {
    const [exchange] = this.#pending;
    if (exchange === undefined) return undefined;
    let end = this.#received.indexOf('\n');
    if (end < 0) return undefined;
    for (let more = replyLines(exchange.command, this.#received) - 1; more > 0; more--) {
      end = this.#received.indexOf('\n', end + 1);
      if (end < 0) return undefined;
    }
    const reply = this.#received.slice(0, end + 1);
    this.#received = this.#received.slice(end + 1);
    return reply;
  }

  #endError(): RtpproxyConnectionError {
    if (this.#lastError !== undefined) return connectionError(this.#text, this.#lastError);
    return new RtpproxyConnectionError('ECONNRESET', `${this.#text}: the connection ended before the reply`);
  }
}
