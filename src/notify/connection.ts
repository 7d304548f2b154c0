import { connect, type Socket } from 'node:net';
import type { Logger } from '../log/log.ts';
import { strerror } from '../log/strerror.ts';
import type { NotifyDestination } from '../session/session.ts';

/** What may wait for a destination that is slow or away; more is lost. */
const MAX_QUEUED = 4096;
const MAX_QUEUED_BYTES = 1024 * 1024;
/** Pauses before the tries after the first one, ms; there are no more tries than that (protocol.md 8.10). */
const RETRY_PAUSES = [100, 400, 1500] as const;
/** A connection that takes longer to be made, or to take a message, has failed, ms. */
const PATIENCE_MS = 5000;
/** A reset within this time after a message means that the peer has not read it, ms. */
const RESET_MS = 5000;
const KEEP_ALIVE_MS = 60_000;

const WHERE = 'notify';

interface Message {
  readonly bytes: Buffer;
  /** Nobody wants it later: it is given up when the destination cannot be reached. */
  readonly momentary: boolean;
  /** Tries that failed. */
  failures: number;
}

/**
 * The one connection to a destination: opened when there is something to send, and kept (media.md 4.1). Messages leave in
 * order. What the peer sends is read and dropped, so that the end of the connection is seen before the next message is
 * written into it.
 */
export class NotifyConnection {
  readonly #destination: NotifyDestination;
  readonly #logger: Logger;
  #queue: Message[] = [];
  #queuedBytes = 0;
  #overflowing = false;
  /** The messages written last. Until the kernel has `taken` them, and some time after that, they may have to be repeated. */
  #written: { readonly messages: Message[]; readonly at: number; taken: boolean } | undefined;
  #socket: Socket | undefined;
  /** A step is under way that ends with another look at the queue. */
  #busy = false;
  /** Counts the waits for the event loop, so that one that is overtaken by a failure does nothing. */
  #step = 0;
  #timer: NodeJS.Timeout | undefined;
  /** Set while `close` waits for the queue to be empty. */
  #onIdle: (() => void) | undefined;
  #closed = false;

  constructor(destination: NotifyDestination, logger: Logger) {
    this.#destination = destination;
    this.#logger = logger;
  }

  /** Nothing waits to be sent. */
  get idle(): boolean {
    return !this.#busy;
  }

  send(bytes: Buffer, momentary = false): void {
    if (this.#closed || this.#onIdle !== undefined) return;
    if (this.#queue.length >= MAX_QUEUED || this.#queuedBytes + bytes.length > MAX_QUEUED_BYTES) {
      if (!this.#overflowing) this.#error('too many timeout notifications wait to be sent, dropping further ones');
      this.#overflowing = true;
      return;
    }
    this.#queue.push({ bytes, momentary, failures: 0 });
    this.#queuedBytes += bytes.length;
    if (!this.#busy) this.#next();
  }

  /** Ends the connection as soon as what waits is sent, without retries, and at the latest after `ms` milliseconds. */
  async close(ms: number): Promise<void> {
    if (this.#busy) {
      const timer = setTimeout(() => this.#end(), ms);
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
      clearTimeout(timer);
    }
    this.#end();
  }

  #next(): void {
    if (this.#closed) return;
    this.#busy = this.#queue.length > 0;
    if (!this.#busy) {
      this.#overflowing = false;
      this.#onIdle?.();
    } else if (this.#socket === undefined) {
      this.#connect();
    } else {
      // Two steps of the event loop: an end of the connection that has arrived by now is then read before anything is
      // written, and the message goes out on a new connection instead of being lost.
      const step = ++this.#step;
      setImmediate(() => setImmediate(() => step === this.#step && this.#send()));
    }
  }

  #send(): void {
    if (this.#socket === undefined) this.#next();
    else this.#write(this.#socket);
  }

  #connect(): void {
    const socket = connect(connectOptions(this.#destination));
    this.#socket = socket;
    let connected = false;
    let failure: Error | undefined;
    const lost = () => this.#lost(socket, connected, failure);
    this.#expectProgress(socket);
    socket.once('connect', () => {
      connected = true;
      this.#write(socket);
    });
    socket.on('error', (error) => {
      failure = error;
    });
    socket.once('end', lost).once('close', lost).resume();
  }

  #write(socket: Socket): void {
    const written = { messages: this.#queue, at: performance.now(), taken: false };
    this.#written = written;
    this.#setQueue([]);
    this.#expectProgress(socket);
    socket.write(Buffer.concat(written.messages.map(({ bytes }) => bytes)), (error) => {
      // A failed write is followed by the end of the socket.
      if (error || this.#socket !== socket) return;
      clearTimeout(this.#timer);
      written.taken = true;
      this.#next();
    });
  }

  /** The socket is of no use any more; without a `failure` its peer has closed it. */
  #lost(socket: Socket, connected: boolean, failure: Error | undefined): void {
    if (this.#socket !== socket) return;
    this.#socket = undefined;
    socket.destroy();
    const written = this.#written;
    this.#written = undefined;
    if (!connected) {
      this.#error(`can't connect to timeout socket: ${reason(failure)}`);
      this.#retry(this.#queue, [], true);
    } else if (written !== undefined && (!written.taken || (failure !== undefined && isRecent(written.at)))) {
      this.#error(`failed to send timeout notification: ${reason(failure)}`);
      this.#retry(written.messages, this.#queue);
    }
  }

  /**
   * Puts off what could not be sent and gives up what has failed too often, or where a destination is `unreachable` is of no
   * use later; `behind` has not been tried.
   */
  #retry(failed: readonly Message[], behind: readonly Message[], unreachable = false): void {
    clearTimeout(this.#timer);
    this.#step++;
    for (const message of failed) message.failures++;
    const tries = this.#onIdle === undefined ? RETRY_PAUSES.length : 0;
    const kept = failed.filter(({ failures, momentary }) => failures <= tries && !(momentary && unreachable));
    const lost = failed.length - kept.length;
    if (lost > 0) this.#error(`unable to send timeout notification${lost > 1 ? ` (${lost} of them)` : ''}`);
    this.#setQueue([...kept, ...behind]);
    const [first] = this.#queue;
    const pause = RETRY_PAUSES[(first?.failures ?? 0) - 1] ?? 0;
    this.#busy = true;
    this.#timer = setTimeout(() => this.#next(), pause);
  }

  #setQueue(messages: Message[]): void {
    this.#queue = messages;
    this.#queuedBytes = messages.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  #expectProgress(socket: Socket): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => socket.destroy(new Error('the peer does not answer')), PATIENCE_MS);
  }

  #end(): void {
    this.#closed = true;
    this.#busy = false;
    this.#step++;
    clearTimeout(this.#timer);
    this.#setQueue([]);
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.destroy();
    this.#onIdle?.();
  }

  #error(text: string): void {
    this.#logger.log('ERR', WHERE, text);
  }
}

function connectOptions(destination: NotifyDestination) {
  if (destination.kind === 'unix') return { path: destination.path };
  const { host, port, localAddress } = destination;
  const from = localAddress === undefined ? {} : { localAddress };
  return { host, port, family: 4, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS, ...from };
}

function isRecent(at: number): boolean {
  return performance.now() - at < RESET_MS;
}

function reason(failure: Error | undefined): string {
  return failure === undefined ? 'closed by the peer' : strerror(failure);
}
