import type { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { MAX_REPLY } from '../protocol/limits.ts';
import type { Connection } from './connection-pool.ts';
import { LineFramer } from './lines.ts';
import type { CommandHandler, Peer } from './transport.ts';

/** Bytes read ahead of execution; the peer is not read while there are more. */
const MAX_READ_AHEAD = 256 * 1024;
/** Commands executed before other sockets get their turn. */
const COMMANDS_PER_TURN = 64;

export interface LineSessionOptions {
  readonly input: Readable;
  readonly output: Writable;
  readonly peer: Peer;
  readonly handler: CommandHandler;
  /** Whether the first line is that of something else than a controller: nothing is executed then, and input ends. */
  readonly refuses?: ((first: Uint8Array) => boolean) | undefined;
  /** Called once, when input ended (EOF, error, an overlong line or a refused one) and every line before that was executed. */
  readonly onFinished: () => void;
}

/**
 * Executes the lines of one stream in order, each answered by one write.
 *
 * Execution starts one step of the event loop after reading, when everything that had arrived is read: writing to a peer that
 * is gone destroys a Node socket together with its unread input, and the commands in it would be lost (protocol.md 2.1).
 * For the same reason commands already read are executed even after the output failed.
 */
export class LineSession {
  readonly #options: LineSessionOptions;
  readonly #lines = new LineFramer();
  #turn: NodeJS.Immediate | undefined;
  #started = false;
  #awaitingReply = false;
  #inputEnded = false;
  #outputGone = false;
  #stopped = false;

  constructor(options: LineSessionOptions) {
    this.#options = options;
    const { input, output } = options;
    const inputEnded = () => {
      this.#inputEnded = true;
      this.#schedule();
    };
    const outputGone = () => {
      this.#outputGone = true;
      this.#schedule();
    };
    output
      .on('error', outputGone)
      .on('close', outputGone)
      .on('drain', () => this.#schedule());
    input.on('error', inputEnded).on('close', inputEnded).on('end', inputEnded);
    input.on('data', (chunk: Buffer) => this.#read(chunk));
  }

  /** Forgets commands not executed yet; `onFinished` is not called any more. The streams are left to the caller. */
  stop(): void {
    this.#stopped = true;
    if (this.#turn !== undefined) clearImmediate(this.#turn);
    this.#turn = undefined;
  }

  #read(chunk: Buffer): void {
    if (this.#stopped) return;
    this.#lines.push(chunk);
    if (this.#lines.size > MAX_READ_AHEAD) this.#options.input.pause();
    this.#schedule();
  }

  #schedule(): void {
    if (this.#stopped || this.#awaitingReply) return;
    this.#turn ??= setImmediate(() => {
      this.#turn = undefined;
      this.#execute();
    });
  }

  #execute(): void {
    for (let count = 0; count < COMMANDS_PER_TURN; count++) {
      // A peer that does not read its replies gets no further ones; 'drain' or 'close' continues here.
      if (!this.#outputGone && this.#options.output.writableNeedDrain) return;
      const line = this.#lines.next();
      if (line === undefined) {
        this.#linesUsedUp();
        return;
      }
      if (!this.#started && this.#options.refuses?.(line)) {
        this.#finish();
        return;
      }
      this.#started = true;
      const reply = this.#options.handler(line, this.#options.peer, MAX_REPLY);
      if (typeof reply === 'string') this.#write(reply);
      else {
        this.#awaitingReply = true;
        void reply.then((text) => {
          this.#awaitingReply = false;
          this.#write(text);
          this.#schedule();
        });
        return;
      }
      if (this.#stopped) return;
    }
    this.#schedule();
  }

  #linesUsedUp(): void {
    if (this.#lines.overlong || this.#inputEnded) {
      this.#finish();
    } else if (this.#options.input.isPaused()) {
      this.#options.input.resume();
    }
  }

  #finish(): void {
    this.stop();
    this.#options.onFinished();
  }

  #write(reply: string): void {
    if (this.#stopped || this.#outputGone) return;
    this.#options.output.write(Buffer.from(reply, 'latin1'));
  }
}

/**
 * Serves LF-terminated lines on a connection that stays open until the client ends it (protocol.md 2.2), or begins with a
 * line that `refuses` is true for.
 */
export function serveLines(
  socket: Socket,
  peer: Peer,
  handler: CommandHandler,
  release: () => void,
  refuses?: (first: Uint8Array) => boolean,
): Connection {
  const onFinished = () => {
    if (socket.closed) {
      release();
      return;
    }
    socket.once('close', release);
    socket.end(() => socket.destroy());
  };
  const session = new LineSession({ input: socket, output: socket, peer, handler, refuses, onFinished });
  return {
    close() {
      session.stop();
      socket.destroy();
    },
  };
}
