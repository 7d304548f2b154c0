import { MAX_COMMAND } from '../protocol/limits.ts';

const LF = 10;
const EMPTY = new Uint8Array(0);

/** Cuts a byte stream into LF-terminated lines of at most 8191 bytes (protocol.md 2.2). Knows no sockets. */
export class LineFramer {
  #bytes: Uint8Array = EMPTY;
  #position = 0;
  /** No LF lies between `#position` and here. */
  #searched = 0;
  #overlong = false;

  /** Bytes held that no line was made of yet. */
  get size(): number {
    return this.#bytes.length - this.#position;
  }

  /** A line without LF within 8192 bytes was met: the stream cannot be used any more. */
  get overlong(): boolean {
    return this.#overlong;
  }

  /** Takes the next bytes of the stream, which the caller must not change afterwards. */
  push(chunk: Uint8Array): void {
    if (this.#overlong) return;
    if (this.size === 0) {
      this.#bytes = chunk;
      this.#searched = 0;
    } else {
      this.#bytes = Buffer.concat([this.#bytes.subarray(this.#position), chunk]);
      this.#searched -= this.#position;
    }
    this.#position = 0;
  }

  /** The next complete line without its LF, or undefined when more bytes are needed or the stream is unusable. */
  next(): Uint8Array | undefined {
    if (this.#overlong) return undefined;
    const start = this.#position;
    const end = this.#bytes.indexOf(LF, this.#searched);
    if ((end === -1 ? this.#bytes.length : end) - start > MAX_COMMAND) {
      this.#overlong = true;
      this.#release();
      return undefined;
    }
    if (end === -1) {
      this.#searched = this.#bytes.length;
      if (this.size === 0) this.#release();
      return undefined;
    }
    this.#position = end + 1;
    this.#searched = end + 1;
    return this.#bytes.subarray(start, end);
  }

  /** Lets go of a used-up chunk, which may be large. */
  #release(): void {
    this.#bytes = EMPTY;
    this.#position = 0;
    this.#searched = 0;
  }
}
