import { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { LineSession } from './line-session.ts';
import type { StdioSpec } from './spec.ts';
import type { CommandHandler, Peer, Transport } from './transport.ts';

const PEER: Peer = { transport: 'stdio' };

export interface StdioOptions {
  /**
   * Called once when stdin has ended or became unusable, and every command before that was answered. What follows depends on
   * the kind and on the other control sockets, so the daemon decides (protocol.md 2.4).
   */
  readonly onEof?: (kind: 'stdio' | 'stdioc') => void;
  /** Default: the streams of the process. */
  readonly input?: Readable;
  readonly output?: Writable;
}

/** `stdio:` and `stdioc:`: LF-terminated lines on stdin, replies on stdout (protocol.md 2.4). */
export class StdioTransport implements Transport {
  readonly #spec: StdioSpec;
  readonly #options: StdioOptions;
  #input: Readable | undefined;
  #session: LineSession | undefined;
  #closed = false;

  constructor(spec: StdioSpec, options: StdioOptions = {}) {
    this.#spec = spec;
    this.#options = options;
  }

  get name(): string {
    return this.#spec.text;
  }

  async start(handler: CommandHandler): Promise<void> {
    const input = this.#options.input ?? process.stdin;
    const output = this.#options.output ?? process.stdout;
    this.#input = input;
    this.#session = new LineSession({
      input,
      output,
      peer: PEER,
      handler,
      onFinished: () => this.#finish(input, output),
    });
  }

  /** Stops reading. The streams stay open: replies may still be on their way out. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#session?.stop();
    const input = this.#input;
    if (input === undefined) return;
    input.pause();
    // A pipe may be read ahead while it is paused, and would keep the process alive.
    if (input instanceof Socket) input.unref();
  }

  #finish(input: Readable, output: Writable): void {
    input.pause();
    // An empty write ends when all replies before it have left, or have failed.
    output.write('', () => {
      if (!this.#closed) this.#options.onEof?.(this.#spec.kind);
    });
  }
}
