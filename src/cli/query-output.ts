import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';

/** Nobody reads what is written any more (EPIPE): no failure that is worth a word. */
export class OutputClosed extends Error {}

/** Where answers go: a file, or a stream of the process, which stays open. */
export class QueryOutput {
  readonly #stream: Writable;
  readonly #ours: boolean;
  readonly #signal: AbortSignal | undefined;
  // A full disk or a reader that has gone away shows up when the next answer is written, or at the end.
  #error: Error | undefined;

  constructor(file: string, stdout: Writable, signal: AbortSignal | undefined) {
    this.#ours = file !== '-';
    this.#stream = this.#ours ? createWriteStream(file) : stdout;
    this.#signal = signal;
    this.#stream.on('error', (error) => {
      this.#error = isBrokenPipe(error) ? new OutputClosed() : error;
    });
  }

  /** Until a file has been opened. */
  async opened(): Promise<void> {
    if (this.#ours) await once(this.#stream, 'open', { signal: this.#signal });
  }

  /** Text of one character for each byte; waits for who reads slowly. Rejects with OutputClosed or a system error. */
  async write(text: string): Promise<void> {
    if (!this.#stream.write(text, 'latin1') && this.#error === undefined) {
      await once(this.#stream, 'drain', { signal: this.#signal }).catch((error: unknown) => {
        throw isBrokenPipe(error) ? new OutputClosed() : error;
      });
    }
    if (this.#error !== undefined) throw this.#error;
  }

  /** A file is complete then. */
  async end(): Promise<void> {
    if (this.#ours) await finished(this.#stream.end(), { signal: this.#signal });
  }
}

function isBrokenPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EPIPE';
}
