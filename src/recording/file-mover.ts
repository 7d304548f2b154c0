import { FileLane } from '../files/file-lane.ts';
import type { Logger } from '../log/log.ts';
import { failureText } from '../log/strerror.ts';
import type { Storage } from './storage.ts';

/**
 * Moves that may wait also behind a disk that does not answer: when the daemon ends, or with X, all recordings end at once. With the default range of ports these are
 * 7500 streams, of four files each.
 */
const MAX_STALLED = 32_768;

/** Moves finished recordings from the spool directory to the recording directory (media.md 6.3). */
export class FileMover {
  readonly #spool: Storage;
  readonly #directory: Storage;
  readonly #logger: Logger;
  /** The last move to each path that has not ended: an earlier recording must not replace a later one. */
  readonly #moves = new Map<string, Promise<void>>();
  readonly #sources = new Set<string>();
  /** Two at a time: a move to another file system can take long. */
  readonly #lane = new FileLane(2, MAX_STALLED);

  constructor(spool: Storage, directory: Storage, logger: Logger) {
    this.#spool = spool;
    this.#directory = directory;
    this.#logger = logger;
  }

  /** True while a move of that file in the spool has not ended. */
  isMoving(source: string): boolean {
    return this.#sources.has(source);
  }

  /**
   * Moves a file behind all earlier ones of the same destination, and calls `moved`. A failure is logged, and the file stays in the
   * spool.
   */
  move(source: string, path: string, callId: string, moved: () => void): void {
    this.#sources.add(source);
    const before = this.#moves.get(path);
    const move = this.#move(before, source, path, callId, moved).finally(() => {
      this.#sources.delete(source);
      if (this.#moves.get(path) === move) this.#moves.delete(path);
    });
    this.#moves.set(path, move);
  }

  /** Files whose move has not ended. */
  get size(): number {
    return this.#sources.size;
  }

  /** Waits until all moves have ended. */
  async settled(): Promise<void> {
    await Promise.all(this.#moves.values());
  }

  async #move(
    before: Promise<void> | undefined,
    source: string,
    path: string,
    callId: string,
    moved: () => void,
  ): Promise<void> {
    await before;
    try {
      await this.#lane.run(() => this.#spool.moveTo(this.#directory, source, path));
    } catch (error) {
      const text = `can't move session record from spool into permanent storage: ${failureText(error)}`;
      this.#logger.log('ERR', 'recording', text, callId);
      return;
    }
    moved();
  }
}
