import { Socket } from 'node:net';

/** Bytes of a line that are told; the rest of a longer one is left out. */
const LONGEST_LINE = 1000;
/** Lines of a block that are told. */
const MOST_LINES = 100;
/** Pause behind each block of up to 64 KiB that was read, ms: who writes more waits, and the main thread has its time. */
const PAUSE_MS = 50;
/** How long what is left in the pipe is read after the program has ended, ms. */
const REST_MS = 1000;
const LF = 0x0a;

/** Cuts what a program writes into lines, one byte for each character. */
export class LineCutter {
  readonly #line: (text: string) => void;
  #rest = '';
  #cut = false;
  #leftOut = 0;

  constructor(line: (text: string) => void) {
    this.#line = line;
  }

  take(block: Buffer): void {
    let start = 0;
    for (let lines = 0; lines < MOST_LINES; lines++) {
      const end = block.indexOf(LF, start);
      if (end < 0) break;
      this.#keep(block.subarray(start, end));
      this.#tell();
      start = end + 1;
    }
    const last = Math.max(start, block.lastIndexOf(LF) + 1);
    this.#leftOut += last - start;
    this.#keep(block.subarray(last));
  }

  /** Nothing more comes: a last line without LF is one, too. */
  end(): void {
    this.#tell();
    if (this.#leftOut > 0) this.#line(`${this.#leftOut} bytes of its output were left out`);
  }

  #keep(part: Buffer): void {
    const room = LONGEST_LINE - this.#rest.length;
    this.#rest += part.toString('latin1', 0, Math.min(room, part.length));
    if (part.length > room) this.#cut = true;
  }

  #tell(): void {
    const text = this.#rest.replace(/\r$/, '');
    if (text !== '') this.#line(this.#cut ? `${text} ...` : text);
    this.#rest = '';
    this.#cut = false;
  }
}

/** Reads a pipe by lines, at a bounded rate, until its other end is closed. Takes the descriptor over. */
export class OutputLines {
  readonly #socket: Socket;
  /** Resolves when nothing is read any more. */
  readonly closed: Promise<void>;

  constructor(fd: number, line: (text: string) => void) {
    const socket = new Socket({ fd, readable: true, writable: false });
    this.#socket = socket;
    const cutter = new LineCutter(line);
    socket.on('data', (bytes: Buffer) => {
      cutter.take(bytes);
      socket.pause();
      setTimeout(() => socket.resume(), PAUSE_MS);
    });
    // A pipe that cannot be read is closed as well.
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        cutter.end();
        resolve();
      });
    });
  }

  /** The program has ended: somebody else may still have the other end, and is not waited for. */
  async finish(): Promise<void> {
    const timer = setTimeout(() => this.#socket.destroy(), REST_MS);
    await this.closed;
    clearTimeout(timer);
  }
}
