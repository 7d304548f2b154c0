import type { CallView } from '../calls/view.ts';

/** What a text may grow by before it needs another place. */
const SPARE = 256;

/**
 * A call as JSON, for as long as the call lasts: each change is written to the same place. As a string of its own it would live until the
 * next change, just long enough for the garbage collector to copy it, again and again.
 */
export class CallText {
  #room: Buffer = Buffer.alloc(0);
  #size = 0;

  /** UTF-8; it is another one, in place, with the next change. */
  get bytes(): Uint8Array {
    return this.#room.subarray(0, this.#size);
  }

  /** The call as it is now. */
  set(call: CallView): void {
    const text = JSON.stringify(call);
    const size = Buffer.byteLength(text);
    if (size > this.#room.length) this.#room = Buffer.allocUnsafeSlow(size + SPARE);
    this.#size = this.#room.write(text);
  }
}
