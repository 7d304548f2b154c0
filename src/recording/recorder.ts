import type { RecordFormat } from '../addon/contract.ts';
import type { Engine } from '../addon/engine.ts';
import type { LegIndex, RecordingReport } from '../addon/types.ts';
import type { Logger } from '../log/log.ts';
import { failureText } from '../log/strerror.ts';
import { otherLeg, type Session } from '../session/session.ts';
import { type FileShelf, isRefusal, type RecordingFile } from './file-shelf.ts';
import type { LegTap, LegTaps } from './leg-taps.ts';
import { type FilePart, givenFilePath, sessionFileName } from './naming.ts';
import { StorageError } from './storage.ts';

const WHERE = 'recorder';

/** How the daemon records. */
export interface RecordingPolicy {
  readonly format: RecordFormat;
  /** Record and copy RTCP too. */
  readonly rtcp: boolean;
  /** Record every session. */
  readonly all: boolean;
}

/** What a command asks for. */
export interface RecordingRequest {
  /** Name given by C; undefined: made from the session. */
  readonly name: string | undefined;
  /** One file for both directions, RTP and RTCP; not in ad-hoc format, and always as sound. */
  readonly singleFile: boolean;
}

/** The files that a leg is recorded into; one and the same in a single file. */
interface LegFiles {
  readonly rtp: RecordingFile;
  readonly rtcp: RecordingFile | undefined;
}

/** Recordings of legs into files (media.md 6). */
export class Recorder {
  readonly #policy: RecordingPolicy;
  readonly #shelf: FileShelf | undefined;
  readonly #engine: Engine;
  readonly #taps: LegTaps;
  readonly #logger: Logger;
  /** New sessions whose first files are being opened. */
  readonly #starting = new Map<Session, Promise<void>>();

  /** Without a shelf every recording is refused. */
  constructor(policy: RecordingPolicy, shelf: FileShelf | undefined, engine: Engine, taps: LegTaps, logger: Logger) {
    this.#policy = policy;
    this.#shelf = shelf;
    this.#engine = engine;
    this.#taps = taps;
    this.#logger = logger;
  }

  /** For the observer of sessions: a new one, which is recorded if all are. */
  created(session: Session): void {
    if (!this.#policy.all) return;
    const started = this.#startBoth(session).finally(() => this.#starting.delete(session));
    this.#starting.set(session, started);
  }

  /** Until then packets of a new session may not be recorded; undefined when it is so already. */
  started(session: Session): Promise<void> | undefined {
    return this.#starting.get(session);
  }

  /**
   * Records what a leg receives. True: it does now, or it recorded already. False: it cannot, or a single file was asked
   * for and the leg records already; the reason is in the log. A promise when files have to be opened; until then no other
   * recording or copy of the session may be started.
   */
  start(session: Session, leg: LegIndex, request: RecordingRequest): boolean | Promise<boolean> {
    const single = request.singleFile && this.#policy.format !== 'adhoc';
    if (this.#taps.get(session, leg) !== undefined) return !single;
    if (this.#shelf === undefined) {
      this.#logger.log('ERR', WHERE, 'directory for saving local recordings is not configured', session.callId);
      return false;
    }
    return this.#open(this.#shelf, session, leg, request.name, single);
  }

  async #startBoth(session: Session): Promise<void> {
    for (const leg of [1, 0] as const) await this.start(session, leg, { name: undefined, singleFile: true });
  }

  async #open(
    shelf: FileShelf,
    session: Session,
    leg: LegIndex,
    name: string | undefined,
    single: boolean,
  ): Promise<boolean> {
    try {
      const files = await this.#files(shelf, session, leg, name, single);
      this.#record(shelf, session, leg, files, single);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.#logger.log('ERR', WHERE, `can't start recording: ${failureText(error)}`, session.callId);
      return false;
    }
    return true;
  }

  /** Files that are recorded into. */
  get files(): number {
    return this.#shelf?.size ?? 0;
  }

  /** News of a file from the engine. */
  report(report: RecordingReport): void {
    this.#shelf?.report(report);
  }

  /** Waits until every file is closed and in its place. */
  async close(): Promise<void> {
    await this.#shelf?.close();
  }

  async #files(
    shelf: FileShelf,
    session: Session,
    leg: LegIndex,
    name: string | undefined,
    single: boolean,
  ): Promise<LegFiles> {
    const { format, rtcp } = this.#policy;
    if (format === 'wav') {
      // A name that was given for a single file is all of the file's name, in every format.
      const open = () => openFile(shelf, session, name, single ? '' : '.wav', '.wav');
      return { rtp: await this.#sharedFile(shelf, session, leg, open), rtcp: undefined };
    }
    if (!single) return this.#separateFiles(shelf, session, leg, name);
    const rtp = await this.#sharedFile(shelf, session, leg, () => openFile(shelf, session, name, '', '.pcap'));
    return { rtp, rtcp: rtcp ? shelf.share(rtp) : undefined };
  }

  /** The first direction's file, if it records; otherwise a new one. */
  async #sharedFile(
    shelf: FileShelf,
    session: Session,
    leg: LegIndex,
    open: () => Promise<RecordingFile>,
  ): Promise<RecordingFile> {
    const other = this.#taps.get(session, otherLeg(leg));
    return other instanceof RecordingTap ? shelf.share(other.files.rtp) : open();
  }

  async #separateFiles(shelf: FileShelf, session: Session, leg: LegIndex, name: string | undefined): Promise<LegFiles> {
    const rtp = await openFile(shelf, session, name, '.rtp', leg === 1 ? '.o.rtp' : '.a.rtp');
    if (!this.#policy.rtcp) return { rtp, rtcp: undefined };
    try {
      return { rtp, rtcp: await openFile(shelf, session, name, '.rtcp', leg === 1 ? '.o.rtcp' : '.a.rtcp') };
    } catch (error) {
      shelf.abandon(rtp);
      throw error;
    }
  }

  #record(shelf: FileShelf, session: Session, leg: LegIndex, files: LegFiles, single: boolean): void {
    this.#engine.record(session.handle, leg, files.rtp.id, files.rtcp?.id, single);
    const log = (text: string): void => this.#logger.log('INFO', WHERE, text, session.callId);
    const port = session.legs[leg].port ?? 0;
    log(`starting recording RTP session on port ${port}`);
    if (files.rtcp !== undefined) log(`starting recording RTCP session on port ${port + 1}`);
    const ended = (): void => {
      const last = session.legs[leg].port ?? 0;
      log(`stopping recording RTP session on port ${last}`);
      if (files.rtcp !== undefined) log(`stopping recording RTCP session on port ${last + 1}`);
      shelf.release(files.rtp);
      if (files.rtcp !== undefined) shelf.release(files.rtcp);
    };
    this.#taps.set(session, leg, new RecordingTap(files, ended));
  }
}

/** A leg that is recorded. */
class RecordingTap implements LegTap {
  readonly files: LegFiles;
  readonly ended: () => void;

  constructor(files: LegFiles, ended: () => void) {
    this.files = files;
    this.ended = ended;
  }
}

/** `suffix` goes behind a given name, `part` behind the name of a session. */
async function openFile(
  shelf: FileShelf,
  session: Session,
  name: string | undefined,
  suffix: '' | '.rtp' | '.rtcp' | '.wav',
  part: FilePart,
): Promise<RecordingFile> {
  const path = name === undefined ? sessionPath(shelf, session, part) : givenFilePath(name, suffix);
  if (path === undefined) throw new StorageError('that cannot be the name of a file');
  return shelf.open(session, path, suffix === '.rtcp' ? 'RTCP' : 'RTP');
}

/** The media of a call have one name in the C daemon, and overwrite each other; here the second has its number in it. */
function sessionPath(shelf: FileShelf, session: Session, part: FilePart): string | undefined {
  const path = sessionFileName(session.callId, session.fromTag, part, false);
  if (path === undefined || !shelf.isTaken(path, session)) return path;
  return sessionFileName(session.callId, session.fromTag, part, true);
}
