import { writeSync } from 'node:fs';

const STDERR = 2;
/** Between two tries while a pipe is full, ms. */
const PAUSE_MS = 5;

/**
 * Writes to standard error at once, and waits as long as its reader does: a pipe that Node.js has opened, or another program
 * that shares it, answers EAGAIN when it is full. Without a reader, or with a full disk behind it, the text is lost.
 */
export function writeStandardError(text: string): void {
  const bytes = Buffer.from(text);
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(STDERR, bytes, done);
    } catch (error) {
      if (!isFull(error)) return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
  }
}

function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EAGAIN';
}
