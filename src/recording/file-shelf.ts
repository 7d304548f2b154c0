import { constants } from 'node:os';
import type { RecordFormat } from '../addon/contract.ts';
import type { Engine } from '../addon/engine.ts';
import { EngineError } from '../addon/errors.ts';
import type { RecordingReport } from '../addon/types.ts';
import { FileLane, LaneFullError } from '../files/file-lane.ts';
import type { Logger } from '../log/log.ts';
import { errnoText, failureText } from '../log/strerror.ts';
import type { Session } from '../session/session.ts';
import { FileMover } from './file-mover.ts';
import { companionPath, type FilePart } from './naming.ts';
import { type Storage, StorageError } from './storage.ts';

const WHERE = 'recording';
/** How long the end of the daemon waits for the disk, ms. */
const CLOSE_MS = 5000;
const SESSION_ENDED = 'the session has ended';
const ENDED = 'the daemon ends';

/** The format of files for packets that cannot become sound. */
export type CompanionFormat = Exclude<RecordFormat, 'wav'>;

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
  /** Not kept when nothing is in it. */
  dispensable: boolean;
  /** A later file has taken its place: it is no longer there on purpose. */
  replaced: boolean;
  readonly format: RecordFormat;
  /** Milliseconds of the calendar: when it was opened, and when the last stream stopped to record into it. */
  readonly startedAt: number;
  endedAt: number | undefined;
}

/** A recording that is complete, and at the place where it is kept. */
export interface FinishedRecording
  extends Pick<RecordingFile, 'session' | 'channel' | 'path' | 'format' | 'startedAt'> {
  readonly endedAt: number;
  /** That are in it, and that it lacks because the disk was slow or full. */
  readonly packets: number;
  readonly lost: number;
}

/**
 * The open files of recordings: makes them, follows them until the disk has them, and moves them out of the spool. Nothing
 * here waits for the disk but the promises.
 */
export class FileShelf {
  /** Called for each recording that is complete and in its place. */
  onFinished: ((recording: FinishedRecording) => void) | undefined;
  readonly #format: RecordFormat;
  readonly #header: Uint8Array;
  readonly #companions: { readonly format: CompanionFormat; readonly header: Uint8Array };
  readonly #storage: FilePlace;
  readonly #mover: FileMover | undefined;
  readonly #engine: Engine;
  readonly #logger: Logger;
  readonly #lane = new FileLane(1);
  /** Files that are recorded into, or will be, by path. */
  readonly #open = new Map<string, RecordingFile>();
  /** Files that the engine has, by number. */
  readonly #unclosed = new Map<number, RecordingFile>();
  /** By place: files that the engine has or that are still to be looked at, and those that a place in the spool is kept for. */
  readonly #written = new Map<string, RecordingFile>();
  /** Work on files that the engine has not, or has no longer. */
  readonly #tasks = new Set<Promise<unknown>>();
  #idle: (() => void) | undefined;
  /** The engine goes: it gets nothing more. */
  #closed = false;

  /** Files are written below `spool` first if it is given. */
  constructor(
    format: RecordFormat,
    directory: Storage,
    spool: Storage | undefined,
    engine: Engine,
    logger: Logger,
    place: FilePlace = spool ?? directory,
    companions: CompanionFormat = 'adhoc',
  ) {
    this.#format = format;
    // Asked now: by the time a slow disk lets a file be made the engine may be closed.
    this.#header = engine.recordingHeader(format);
    this.#companions = { format: companions, header: engine.recordingHeader(companions) };
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
    const writtenAt = this.#freePath(path);
    const times = { startedAt: Date.now(), endedAt: undefined };
    const format = this.#format;
    const file: RecordingFile = {
      id: 0,
      session,
      channel,
      path,
      writtenAt,
      users: 1,
      dispensable: false,
      replaced: false,
      format,
      ...times,
    };
    this.#open.set(path, file);
    try {
      await this.#track(this.#make(file, () => this.#create(file)));
    } catch (error) {
      this.#open.delete(path);
      throw error;
    }
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
    if (file.users > 0) return;
    file.endedAt = Date.now();
    this.#open.delete(file.path);
  }

  /** A stream for which the file was opened will not record into it after all. */
  abandon(file: RecordingFile): void {
    this.release(file);
    if (file.users === 0) this.#engine.discardRecording(file.id);
  }

  report(report: RecordingReport): void {
    const file = this.#unclosed.get(report.recording);
    if (file === undefined) return;
    if (report.kind === 'undecoded') {
      this.#detach(this.#divert(file, report.payloadType));
      return;
    }
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
    if (file.dispensable && report.written === 0) this.#detach(this.#dispose(file));
    else this.#finish(file, report.written, report.lost);
    if (this.#unclosed.size === 0) this.#idle?.();
  }

  /**
   * Waits, for some seconds at most, until every file is closed and in its place. All recordings have ended, and the engine may
   * be closed afterwards.
   */
  async close(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, CLOSE_MS);
    });
    await Promise.race([late, this.#settled()]);
    clearTimeout(timer);
    this.#closed = true;
    const left = this.#mover?.size ?? 0;
    if (left > 0) this.#logger.log('ERR', WHERE, `${left} recordings stay in the spool: the disk is too slow`);
  }

  /** What is under way may begin something else, so it is looked again until there is nothing. */
  async #settled(): Promise<void> {
    for (;;) {
      if (this.#unclosed.size > 0) {
        await new Promise<void>((resolve) => {
          this.#idle = resolve;
        });
      } else if (this.#tasks.size > 0) await Promise.allSettled(this.#tasks);
      else if (this.#mover !== undefined && this.#mover.size > 0) await this.#mover.settled();
      else return;
    }
  }

  /** Makes a file when its turn comes: `create` gives it to the engine, and resolves with its number. */
  async #make(file: RecordingFile, create: () => Promise<number>): Promise<void> {
    if (this.#mover !== undefined) this.#written.set(file.writtenAt, file);
    try {
      await this.#lane.run(async () => {
        file.id = await create();
        this.#written.set(file.writtenAt, file);
        this.#unclosed.set(file.id, file);
      });
    } catch (error) {
      this.#leave(file);
      throw error;
    }
  }

  /** Nothing is to be done any more with what is in its place. */
  #leave(file: RecordingFile): void {
    if (this.#written.get(file.writtenAt) === file) this.#written.delete(file.writtenAt);
  }

  /** The recording's number in the engine, which has the new file then. */
  async #create(file: RecordingFile): Promise<number> {
    const { session } = file;
    if (session.ended) throw new StorageError(SESSION_ENDED);
    const fd = await this.#emptyFile(file, this.#header);
    if (!session.ended) return this.#engine.addRecording(session.handle, fd, this.#format);
    // The file stays, as if the session had ended just behind the start of the recording.
    await this.#storage.close(fd);
    this.#finish(file, 0, 0);
    throw new StorageError(SESSION_ENDED);
  }

  /**
   * Its descriptor. An earlier file that is still written there goes, but only now: until then it is the one of that name, and
   * it stays when nothing comes of the new one.
   */
  async #emptyFile(file: RecordingFile, header: Uint8Array): Promise<number> {
    const { writtenAt } = file;
    const earlier = this.#written.get(writtenAt);
    if (earlier !== undefined && earlier !== file) {
      await this.#storage.remove(writtenAt);
      earlier.replaced = true;
      this.#leave(earlier);
    }
    return this.#storage.create(writtenAt, header);
  }

  /** Makes the files for packets of a recording that cannot become sound, one for each direction or a pcap for both. */
  async #divert(sound: RecordingFile, payloadType: number): Promise<void> {
    const parts: FilePart[] = this.#companions.format === 'pcap' ? ['.pcap'] : ['.a.rtp', '.o.rtp'];
    const files = await Promise.all(parts.map((part) => this.#openCompanion(sound, companionPath(sound.path, part))));
    if (this.#closed) return;
    const [callee, caller] = parts.length === 1 ? [files[0], files[0]] : files;
    this.#engine.divertRecording(sound.id, callee?.id, caller?.id);
    const paths = files.flatMap((file) => (file === undefined ? [] : [file.path]));
    sound.dispensable = paths.length > 0;
    const what = payloadType < 0 ? 'packets other than RTP' : `payload type ${payloadType}`;
    const where = paths.length > 0 ? `recorded into ${paths.join(' and ')}` : 'lost';
    this.#logger.log('WARN', WHERE, `${sound.path}: ${what} cannot become sound: ${where}`, sound.session.callId);
  }

  async #openCompanion(sound: RecordingFile, path: string): Promise<RecordingFile | undefined> {
    const { session } = sound;
    const { format, header } = this.#companions;
    try {
      if (this.#open.has(path)) throw new StorageError(`another call is recorded into ${path}`);
      const writtenAt = this.#freePath(path);
      const of = { session, channel: 'RTP', path, writtenAt, format, startedAt: sound.startedAt } as const;
      const file: RecordingFile = { id: 0, users: 0, dispensable: true, replaced: false, endedAt: undefined, ...of };
      await this.#make(file, () => this.#createCompanion(sound.id, file, header));
      return file;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.#logger.log('ERR', WHERE, `can't record beside ${sound.path}: ${failureText(error)}`, session.callId);
      return undefined;
    }
  }

  /** The companion's number in the engine, which has the new file then. */
  async #createCompanion(sound: number, file: RecordingFile, header: Uint8Array): Promise<number> {
    const fd = await this.#emptyFile(file, header);
    if (!this.#closed) return this.#engine.addCompanion(sound, fd, this.#companions.format);
    await this.#storage.close(fd);
    await this.#storage.remove(file.writtenAt);
    throw new StorageError(ENDED);
  }

  /** Removes a file that nothing was written into. */
  async #dispose(file: RecordingFile): Promise<void> {
    const { writtenAt, session } = file;
    try {
      await this.#lane.run(async () => {
        if (!file.replaced) await this.#storage.remove(writtenAt);
      });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.#logger.log('WARN', WHERE, `can't remove ${writtenAt}: ${failureText(error)}`, session.callId);
    } finally {
      this.#leave(file);
    }
  }

  /** The disk has all of it. */
  #finish(file: RecordingFile, packets: number, lost: number): void {
    const { session, channel, path, format, startedAt, endedAt = Date.now() } = file;
    const finished = (): void =>
      this.onFinished?.({ session, channel, path, startedAt, endedAt, format, packets, lost });
    if (this.#mover !== undefined) {
      this.#mover.move(file.writtenAt, path, session.callId, finished);
      this.#leave(file);
    } else this.#detach(this.#look(file, packets, finished));
  }

  async #look(file: RecordingFile, packets: number, finished: () => void): Promise<void> {
    const { path, session } = file;
    let there: boolean;
    try {
      there = await this.#lane.run(async () => !file.replaced && (await this.#storage.has(path)));
    } catch (error) {
      if (!(error instanceof LaneFullError)) throw error;
      // So many wait to be looked at that it is not known. Nobody has said that it is gone.
      there = !file.replaced;
    } finally {
      this.#leave(file);
    }
    if (there) finished();
    else if (packets > 0 && !file.replaced) {
      this.#logger.log('WARN', WHERE, `${path} has vanished, and ${packets} packets with it`, session.callId);
    }
  }

  /** `close` waits for it. */
  #track<T>(task: Promise<T>): Promise<T> {
    this.#tasks.add(task);
    const done = (): void => void this.#tasks.delete(task);
    task.then(done, done);
    return task;
  }

  /** Nobody but `close` waits for it: an error is a defect. */
  #detach(task: Promise<void>): void {
    this.#track(task).catch((error: unknown) => {
      const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.#logger.log('CRIT', WHERE, `internal error: ${trace}`);
    });
  }

  /**
   * Where a new file can be written although an earlier one of that name may still be on its way to the disk. As in the C
   * daemon the new recording may replace it; what is still written of it goes nowhere.
   */
  #freePath(path: string): string {
    if (this.#mover === undefined) return path;
    let free = path;
    for (let n = 2; this.#written.has(free) || this.#mover.isMoving(free); n++) free = `${path}~${n}`;
    return free;
  }
}

function reason(errno: number): string {
  return errno === constants.errno.ENOBUFS ? 'the disk is too slow' : errnoText(errno);
}

/** Errors that the operator can mend, or a hostile name. */
export function isRefusal(error: unknown): error is Error {
  return (
    error instanceof StorageError ||
    error instanceof EngineError ||
    error instanceof LaneFullError ||
    (error instanceof Error && 'syscall' in error)
  );
}
