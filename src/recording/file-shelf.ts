import { constants } from 'node:os';
import type { Logger } from '../daemon/log.ts';
import type { Engine } from '../engine/engine.ts';
import { errnoText } from '../engine/errors.ts';
import type { RecordFormat, RecordingReport } from '../engine/types.ts';
import type { Session } from '../session/session.ts';
import { FileMover } from './file-mover.ts';
import { type Storage, StorageError } from './storage.ts';

const WHERE = 'recording';
/** How long the end of the daemon waits for the disk, ms. */
const CLOSE_MS = 5000;

/** A file that is being recorded into, or that the disk has not got all of yet. */
export interface RecordingFile {
  /** Number of the recording in the engine. */
  readonly id: number;
  readonly session: Session;
  readonly channel: 'RTP' | 'RTCP';
  /** Below the recording directory, and where it is written until then: below the spool directory if there is one. */
  readonly path: string;
  readonly writtenAt: string;
  /** Streams that record into it. */
  users: number;
}

/** The open files of recordings: makes them, follows them until the disk has them, and moves them out of the spool. */
export class FileShelf {
  readonly #format: RecordFormat;
  readonly #storage: Storage;
  readonly #mover: FileMover | undefined;
  readonly #engine: Engine;
  readonly #logger: Logger;
  /** Files that are recorded into, by path. */
  readonly #open = new Map<string, RecordingFile>();
  /** Files that the engine has, by number; the last one of each place. */
  readonly #unclosed = new Map<number, RecordingFile>();
  readonly #written = new Map<string, RecordingFile>();
  #idle: (() => void) | undefined;

  /** Files are written below `spool` first if it is given. */
  constructor(format: RecordFormat, directory: Storage, spool: Storage | undefined, engine: Engine, logger: Logger) {
    this.#format = format;
    this.#storage = spool ?? directory;
    this.#mover = spool === undefined ? undefined : new FileMover(spool, directory, logger);
    this.#engine = engine;
    this.#logger = logger;
  }

  /** True when another session records into the file of that path. */
  isTaken(path: string, session: Session): boolean {
    const file = this.#open.get(path);
    return file !== undefined && file.session !== session;
  }

  /**
   * An empty file for one stream of a session; the file of that path which the session has open already if there is one.
   *
   * @throws StorageError, EngineError, or a system error
   */
  open(session: Session, path: string, channel: 'RTP' | 'RTCP'): RecordingFile {
    const known = this.#open.get(path);
    if (known?.session === session) return this.share(known);
    if (known !== undefined) throw new StorageError(`another call is recorded into ${path}`);
    const writtenAt = this.#freePath(path);
    const fd = this.#storage.create(writtenAt);
    const id = this.#engine.addRecording(session.handle, fd, this.#format);
    const file: RecordingFile = { id, session, channel, path, writtenAt, users: 1 };
    this.#open.set(path, file);
    this.#unclosed.set(id, file);
    this.#written.set(writtenAt, file);
    return file;
  }

  /** The file for one more stream. */
  share(file: RecordingFile): RecordingFile {
    file.users++;
    return file;
  }

  /** A stream that recorded into the file, as the engine knows, has stopped. */
  release(file: RecordingFile): void {
    file.users--;
    if (file.users === 0) this.#open.delete(file.path);
  }

  /** A stream for which the file was opened will not record into it after all. */
  abandon(file: RecordingFile): void {
    this.release(file);
    if (file.users === 0) this.#engine.discardRecording(file.id);
  }

  report(report: RecordingReport): void {
    const file = this.#unclosed.get(report.recording);
    if (file === undefined) return;
    if (report.kind === 'trouble') {
      const text = `error while recording session (${file.channel}): ${reason(report.errno)}`;
      this.#logger.log('ERR', WHERE, text, file.session.callId);
      return;
    }
    if (report.lost > 0) {
      const text = `${file.path} has ${report.written} packets, ${report.lost} were lost: ${reason(report.errno)}`;
      this.#logger.log('WARN', WHERE, text, file.session.callId);
    }
    this.#unclosed.delete(file.id);
    const latest = this.#written.get(file.writtenAt) === file;
    if (latest) this.#written.delete(file.writtenAt);
    // A mover notices by itself. A file that a later one of that name has replaced is no longer there on purpose.
    if (latest && this.#mover === undefined && report.written > 0 && !this.#storage.has(file.path)) {
      const text = `${file.path} has vanished, and ${report.written} packets with it`;
      this.#logger.log('WARN', WHERE, text, file.session.callId);
    }
    this.#mover?.move(file.writtenAt, file.path, file.session.callId);
    if (this.#unclosed.size === 0) this.#idle?.();
  }

  /** Waits, for some seconds at most, until every file is closed and in its place. All recordings have ended. */
  async close(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, CLOSE_MS);
    });
    const closed = new Promise<void>((resolve) => {
      if (this.#unclosed.size === 0) resolve();
      else this.#idle = resolve;
    });
    await Promise.race([late, closed.then(() => this.#mover?.settled())]);
    clearTimeout(timer);
  }

  /** Where a new file can be written although an earlier one of that name may still be on its way to the disk. */
  #freePath(path: string): string {
    if (this.#mover === undefined) {
      // As in the C daemon the new recording replaces the earlier one; what is still written of that goes nowhere.
      if (this.#written.has(path)) this.#storage.remove(path);
      return path;
    }
    let free = path;
    for (let n = 2; this.#written.has(free) || this.#mover.isMoving(free); n++) free = `${path}~${n}`;
    return free;
  }
}

function reason(errno: number): string {
  return errno === constants.errno.ENOBUFS ? 'the disk is too slow' : errnoText(errno);
}
