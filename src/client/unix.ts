import { connect } from 'node:net';
import { connectionError, RtpproxyConnectionError } from './errors.ts';
import { closedError, type Exchange, MAX_REPLY_BYTES, type Transport } from './transport.ts';

/**
 * Commands over a `unix:` socket: a connection for each, which the daemon ends after its reply (protocol.md 2). One
 * follows the other, so that they are executed in the order of the calls and the daemon's backlog never overflows.
 */
export class UnixTransport implements Transport {
  readonly #path: string;
  readonly #queue: Exchange[] = [];
  #current: Exchange | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  send(exchange: Exchange): void {
    this.#queue.push(exchange);
    this.#next();
  }

  close(): void {
    for (const exchange of this.#queue.splice(0)) exchange.fail(closedError());
    this.#current?.fail(closedError());
  }

  #next(): void {
    if (this.#current !== undefined) return;
    let exchange = this.#queue.shift();
    while (exchange?.settled === true) exchange = this.#queue.shift();
    if (exchange === undefined) return;
    this.#current = exchange;
    exchange.onSettled(() => {
      this.#current = undefined;
      this.#next();
    });
    this.#converse(exchange);
  }

  #converse(exchange: Exchange): void {
    const socket = connect(this.#path);
    exchange.onSettled(() => socket.destroy());
    let reply = '';
    let failure: Error | undefined;
    socket.setEncoding('latin1');
    socket.on('data', (part: string) => {
      reply += part;
      if (reply.length > MAX_REPLY_BYTES) exchange.fail(this.#broken('the reply is too long'));
    });
    socket.on('error', (error) => {
      failure = error;
    });
    // A reply counts even if the daemon has reset the connection after it.
    socket.on('close', () => {
      if (reply.endsWith('\n')) exchange.answer(reply);
      else if (failure !== undefined) exchange.fail(connectionError(`unix:${this.#path}`, failure));
      else exchange.fail(this.#broken('the connection ended before the reply'));
    });
    socket.write(`${exchange.command}\n`, 'latin1');
  }

  #broken(text: string): RtpproxyConnectionError {
    return new RtpproxyConnectionError('ECONNRESET', `unix:${this.#path}: ${text}`);
  }
}
