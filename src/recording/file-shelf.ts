import { constants } from 'node:os';
import type { RecordFormat } from '../addon/contract.ts';
import type { Engine } from '../addon/engine.ts';
import type { RecordingReport } from '../addon/types.ts';
import { FileLane } from '../files/file-lane.ts';
import type { Logger } from '../log/log.ts';
import { errnoText } from '../log/strerror.ts';
import type { Session } from '../session/session.ts';
import { FileMover } from './file-mover.ts';
import { type Storage, StorageError } from './storage.ts';

const WHERE = 'recording';
/** How long the end of the daemon waits for the disk, ms. */
const CLOSE_MS = 5000;
const SESSION_ENDED = 'the session has ended';

/** What files are made in; `Storage`. */
export type FilePlace = Pick<Storage, 'create' | 'close' | 'has' | 'remove'>;

/** A file that is being opened or recorded into, or that the disk has not got all of yet. */
export interface RecordingFile {
  /** Number of the recording in the engine; 0 while the file is being opened. */
  id: number;
  readonly session: Session;
  readonly channel: 'RTP' | 'RTCP';
  /** Below the recording directory, and where it is written until then: below the spool directory if there is one. */
  readonly path: string;
  readonly writtenAt: string;
  /** Streams that record into it. */
  users: number;
}

/**
 * The open files of recordings: makes them, follows them until the disk has them, and moves them out of the spool. Nothing
 * here waits for the disk but the promises.
 */
export class FileShelf {
  readonly #format: RecordFormat;
  readonly #header: Uint8Array;
  readonly #storage: FilePlace;
  readonly #mover: FileMover | undefined;
  readonly #engine: Engine;
  readonly #logger: Logger;
  readonly #lane = new FileLane(1);
  /** Files that are recorded into, or will be, by path. */
  readonly #open = new Map<string, RecordingFile>();
  /** Files that the engine has, by number; the last one of each place. */
  readonly #unclosed = new Map<number, RecordingFile>();
  readonly #written = new Map<string, RecordingFile>();
  /** Work on files that the engine has not, or has no longer. */
  readonly #tasks = new Set<Promise<unknown>>();
  #idle: (() => void) | undefined;

  /** Files are written below `spool` first if it is given. */
  constructor(
    format: RecordFormat,
    directory: Storage,
    spool: Storage | undefined,
    engine: Engine,
    logger: Logger,
    place: FilePlace = spool ?? directory,
  ) {
    this.#format = format;
    // Asked now: by the time a slow disk lets a file be made the engine may be closed.
    this.#header = engine.recordingHeader(format);
    this.#storage = place;
    this.#mover = spool === undefined ? undefined : new FileMover(spool, directory, logger);
    this.#engine = engine;
    this.#logger = logger;
  }

  /** Files that are recorded into, or will be. */
  get size(): number {
    return this.#open.size;
  }

  /** True when another session records into the file of that path. */
  isTaken(path: string, session: Session): boolean {
    const file = this.#open.get(path);
    return file !== undefined && file.session !== session;
  }

  /**
   * An empty file for one stream of a session; the file of that path which the session has open already if there is one. One
   * session opens one file at a time.
   *
   * Rejects with StorageError, EngineError, or a system error
   */
  async open(session: Session, path: string, channel: 'RTP' | 'RTCP'): Promise<RecordingFile> {
    const known = this.#open.get(path);
    if (known?.session === session) return this.share(known);
    if (known !== undefined) throw new StorageError(`another call is recorded into ${path}`);
    const { writtenAt, replaced } = this.#freePath(path);
    const file: RecordingFile = { id: 0, session, channel, path, writtenAt, users: 1 };
    this.#open.set(path, file);
    this.#written.set(writtenAt, file);
    try {
      file.id = await this.#track(this.#lane.run(() => this.#create(file, replaced)));
    } catch (error) {
      this.#open.delete(path);
      if (this.#written.get(writtenAt) === file) this.#written.delete(writtenAt);
      throw error;
    }
    this.#unclosed.set(file.id, file);
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
    if (latest && this.#mover === undefined && report.written > 0) void this.#track(this.#look(file, report.written));
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
    const inPlace = closed.then(() => Promise.allSettled(this.#tasks)).then(() => this.#mover?.settled());
    await Promise.race([late, inPlace]);
    clearTimeout(timer);
  }

  /** The recording's number in the engine, which has the new file then. */
  async #create(file: RecordingFile, replaced: boolean): Promise<number> {
    const { session, writtenAt } = file;
    if (session.ended) throw new StorageError(SESSION_ENDED);
    if (replaced) await this.#storage.remove(writtenAt);
    const fd = await this.#storage.create(writtenAt, this.#header);
    if (!session.ended) return this.#engine.addRecording(session.handle, fd, this.#format);
    // The file stays, as if the session had ended just behind the start of the recording.
    await this.#storage.close(fd);
    this.#mover?.move(writtenAt, file.path, session.callId);
    throw new StorageError(SESSION_ENDED);
  }

  async #look(file: RecordingFile, packets: number): Promise<void> {
    if (await this.#storage.has(file.path)) return;
    this.#logger.log('WARN', WHERE, `${file.path} has vanished, and ${packets} packets with it`, file.session.callId);
  }

  /** `close` waits for it. */
  #track<T>(task: Promise<T>): Promise<T> {
    this.#tasks.add(task);
    const done = (): void => void this.#tasks.delete(task);
    task.then(done, done);
    return task;
  }

  /**
   * Where a new file can be written although an earlier one of that name may still be on its way to the disk. As in the C
   * daemon it may be `replaced` by the new recording; what is still written of it goes nowhere.
   */
  #freePath(path: string): { readonly writtenAt: string; readonly replaced: boolean } {
    if (this.#mover === undefined) return { writtenAt: path, replaced: this.#written.has(path) };
    let free = path;
    for (let n = 2; this.#written.has(free) || this.#mover.isMoving(free); n++) free = `${path}~${n}`;
    return { writtenAt: free, replaced: false };
  }
}

function reason(errno: number): string {
  return errno === constants.errno.ENOBUFS ? 'the disk is too slow' : errnoText(errno);
}
