import { type FileHandle, open } from 'node:fs/promises';

/** Bytes that can be looked at together. */
const PART = 64 * 1024;

/** The bytes of a file or a pipe one after the other, a part at a time. */
export class ByteSource {
  /** How long the file is; undefined: it is none, and can be read once. */
  readonly size: number | undefined;
  readonly #file: FileHandle;
  readonly #part = Buffer.allocUnsafe(PART);
  /** Where the file is read on. */
  #offset = 0;
  #at = 0;
  #end = 0;

  private constructor(file: FileHandle, size: number | undefined) {
    this.#file = file;
    this.size = size;
  }

  /** A directory is taken for an empty file, as by the C tools. @throws the system's errors */
  static async open(path: string): Promise<ByteSource> {
    const file = await open(path);
    const stat = await file.stat();
    if (stat.isDirectory()) return new ByteSource(file, 0);
    return new ByteSource(file, stat.isFile() ? stat.size : undefined);
  }

  /** What can be looked at now. */
  get bytes(): Buffer {
    return this.#part.subarray(this.#at, this.#end);
  }

  /** Where `bytes` begins. */
  get position(): number {
    return this.#offset - (this.#end - this.#at);
  }

  /** Reads on unless so many bytes, at most a part, can be looked at; false when there are less. */
  async has(count: number): Promise<boolean> {
    while (this.#end - this.#at < count) if (!(await this.#refill())) return false;
    return true;
  }

  /** Goes beyond bytes that can be looked at. */
  skip(count: number): void {
    this.#at += count;
  }

  /** Goes to a place. Where that cannot be done nothing follows: behind the end, or back in a pipe. */
  async seek(position: number): Promise<void> {
    const beyond = position - this.position;
    if (beyond >= 0 && beyond <= this.bytes.length) return this.skip(beyond);
    if (this.size !== undefined) {
      this.#offset = position;
      this.#at = this.#end;
      return;
    }
    const backward = position < this.position;
    while (backward || this.position < position) {
      this.skip(backward ? this.bytes.length : Math.min(this.bytes.length, position - this.position));
      if (this.bytes.length === 0 && !(await this.#refill())) return;
    }
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #refill(): Promise<boolean> {
    if (this.size === 0) return false;
    this.#part.copyWithin(0, this.#at, this.#end);
    this.#end -= this.#at;
    this.#at = 0;
    const place = this.size === undefined ? null : this.#offset;
    const { bytesRead } = await this.#file.read(this.#part, this.#end, PART - this.#end, place);
    this.#offset += bytesRead;
    this.#end += bytesRead;
    return bytesRead > 0;
  }
}
