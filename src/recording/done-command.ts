import path from 'node:path';
import type { Logger } from '../log/log.ts';
import { strerror } from '../log/strerror.ts';
import { type ProgramEnd, type RunningProgram, runProgram } from '../process/program.ts';
import type { FinishedRecording } from './file-shelf.ts';

const WHERE = 'recording-done';
/** Runs at a time, and recordings that may wait for theirs. */
const MAX_RUNNING = 4;
const MAX_WAITING = 1024;
/** With fewer waiting what was left out is told, and the next that is: not one by one while each run makes room for one. */
const FEW_WAITING = MAX_WAITING / 2;
/** Between SIGTERM and SIGKILL to a run that takes too long, ms. */
const GRACE_MS = 2000;
/** After which a start that has not come about is told, ms. */
const START_MS = 5000;
/** How long the end of the daemon waits for runs, and then for those that it has told to end, ms. */
const CLOSE_MS = 5000;
const CLOSE_GRACE_MS = 1000;

/** Variables of the daemon that are about itself: its service manager, its Node.js, and names of ours. */
const OWN_VARIABLES = /^(NOTIFY_SOCKET$|WATCHDOG_|LISTEN_|JOURNAL_STREAM$|NODE_|UV_|RTPP)/;

/** What is run. */
export interface DoneSettings {
  /** Absolute path of the program, and its arguments. */
  readonly command: readonly string[];
  /** Seconds that it may take. */
  readonly timeout: number;
}

/** Counts runs by their names in G. */
export interface DoneCounters {
  add(name: 'nhooks_succd' | 'nhooks_errs' | 'nhooks_lost', amount?: number): void;
}

export interface DoneCommandParts {
  /** Of the recordings. */
  readonly directory: string;
  readonly counters: DoneCounters;
  readonly logger: Logger;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly run?: typeof runProgram;
}

interface Run {
  readonly file: string;
  readonly callId: string;
  readonly program: RunningProgram;
  /** The system lets nobody of ours end it, which has been told. */
  free: boolean;
}

/**
 * Runs the command of `--recording-done` for each file that is complete and has its name. A few run at a time, and so many wait;
 * no call and no command waits for them.
 */
export class DoneCommand {
  #settings: DoneSettings | undefined;
  readonly #parts: DoneCommandParts;
  readonly #waiting: FinishedRecording[] = [];
  readonly #running = new Set<Run>();
  /** One at a time: each has a thread of Node's pool, and the disk of the program may not answer. */
  #starting = false;
  /** Left out since the last one that was taken. */
  #lost = 0;
  #idle: (() => void) | undefined;
  #closed = false;

  /** Without settings nothing is run. */
  constructor(settings: DoneSettings | undefined, parts: DoneCommandParts) {
    this.#settings = settings;
    this.#parts = parts;
  }

  /** For runs that begin from now on. */
  change(settings: DoneSettings | undefined): void {
    this.#settings = settings;
    if (settings === undefined) this.#giveUpWaiting('it is configured no more');
  }

  /** A recording is complete. */
  finished(recording: FinishedRecording): void {
    if (this.#settings === undefined) return;
    if (this.#closed) this.#lose(1, 'the daemon ends');
    else if (this.#waiting.length >= MAX_WAITING) this.#lose(1, `${MAX_WAITING} recordings wait for it already`);
    else {
      if (this.#lost > 0 && this.#waiting.length < FEW_WAITING) {
        this.#log('INFO', `recordings are given to the command again, ${this.#lost} were left out`);
        this.#lost = 0;
      }
      this.#waiting.push(recording);
      this.#next();
    }
  }

  /** Waits some seconds for what runs and waits, and then ends it. After the last recording. */
  async close(): Promise<void> {
    await this.#idleWithin(CLOSE_MS);
    this.#closed = true;
    this.#giveUpWaiting('the daemon ends');
    for (const run of this.#running) {
      this.#log('ERR', `the command for ${run.file} is ended with the daemon`, run.callId);
      this.#kill(run, 'SIGTERM');
    }
    await this.#idleWithin(CLOSE_GRACE_MS);
    this.abort();
    await this.#idleWithin(CLOSE_GRACE_MS);
  }

  /** Ends what runs at once, without a promise: the process ends. */
  abort(): void {
    this.#closed = true;
    for (const run of this.#running) this.#kill(run, 'SIGKILL');
  }

  #next(): void {
    while (!this.#starting && this.#running.size < MAX_RUNNING) {
      const settings = this.#settings;
      const recording = this.#waiting.shift();
      if (recording === undefined || settings === undefined) break;
      void this.#start(recording, settings);
    }
    if (!this.#starting && this.#running.size === 0) this.#idle?.();
  }

  async #start(recording: FinishedRecording, { command, timeout }: DoneSettings): Promise<void> {
    const { run = runProgram } = this.#parts;
    const { callId } = recording.session;
    const file = this.#fileOf(recording);
    const [name = ''] = command;
    this.#starting = true;
    const slow = setTimeout(() => this.#log('ERR', `${name} does not start: the disk does not answer`), START_MS);
    try {
      const program = await run({
        args: command.map((text) => Buffer.from(text)),
        environment: this.#environment(recording, file),
        output: (line) => this.#log('INFO', line, callId),
        errors: (line) => this.#log('WARN', line, callId),
      });
      const own: Run = { file: file.toString('latin1'), callId, program, free: false };
      this.#running.add(own);
      if (this.#closed) this.#kill(own, 'SIGKILL');
      void this.#follow(own, timeout);
    } catch (error) {
      this.#parts.counters.add('nhooks_errs');
      this.#log('ERR', `can't run ${name} for ${file.toString('latin1')}: ${strerror(error)}`, callId);
    } finally {
      clearTimeout(slow);
      this.#starting = false;
      this.#next();
    }
  }

  /** Until its end, which comes in any case unless the system forbids it. */
  async #follow(own: Run, seconds: number): Promise<void> {
    const { file, callId, program } = own;
    let timer = setTimeout(() => {
      this.#log('ERR', `the command for ${file} has run for ${seconds} s and is ended`, callId);
      this.#kill(own, 'SIGTERM');
      timer = setTimeout(() => this.#kill(own, 'SIGKILL'), GRACE_MS);
    }, seconds * 1000);
    const started = performance.now();
    const end = await program.ended;
    clearTimeout(timer);
    this.#running.delete(own);
    this.#report(own, end, performance.now() - started);
    this.#next();
  }

  /** What cannot be ended goes on, in its place, until it ends by itself. */
  #kill(own: Run, signal: 'SIGTERM' | 'SIGKILL'): void {
    const error = own.program.kill(signal);
    if (error === undefined || own.free) return;
    own.free = true;
    const advice = 'it runs as another user: let it end by itself (timeout(1)), or the daemon have CAP_KILL';
    this.#log('WARN', `the command for ${own.file} cannot be ended, ${strerror(error)}: ${advice}`, own.callId);
  }

  #report({ file, callId }: Run, end: ProgramEnd, ms: number): void {
    const { counters } = this.#parts;
    if (end.kind === 'exited' && end.code === 0) {
      counters.add('nhooks_succd');
      this.#log('INFO', `the command for ${file} has ended after ${(ms / 1000).toFixed(1)} s`, callId);
      return;
    }
    counters.add('nhooks_errs');
    const how = end.kind === 'exited' ? `exit code ${end.code}` : `killed by ${end.signal}`;
    this.#log('ERR', `the command for ${file} has failed: ${how}`, callId);
  }

  #giveUpWaiting(why: string): void {
    const count = this.#waiting.splice(0).length;
    if (count === 0) return;
    // Told also when others were left out before, for another reason.
    this.#lost = 0;
    this.#lose(count, why);
  }

  #lose(count: number, why: string): void {
    if (this.#lost === 0)
      this.#log('ERR', `${count === 1 ? 'a recording is' : `${count} recordings are`} left out: ${why}`);
    this.#lost += count;
    this.#parts.counters.add('nhooks_lost', count);
  }

  async #idleWithin(ms: number): Promise<void> {
    if (!this.#starting && this.#running.size === 0 && this.#waiting.length === 0) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
      this.#idle = resolve;
    });
    clearTimeout(timer);
    this.#idle = undefined;
  }

  /** Absolute; names of recordings are bytes. */
  #fileOf({ path: name }: FinishedRecording): Buffer {
    return Buffer.concat([Buffer.from(`${path.resolve(this.#parts.directory)}/`), Buffer.from(name, 'latin1')]);
  }

  /** What remote parties choose is only here: nobody takes it for a part of the command. */
  #environment(recording: FinishedRecording, file: Buffer): Buffer[] {
    const { env = process.env } = this.#parts;
    const { session, startedAt, endedAt, format, channel, packets, lost } = recording;
    const kept = Object.entries(env).filter(([name, value]) => value !== undefined && !OWN_VARIABLES.test(name));
    const bytes = (text: string): Buffer => Buffer.from(text.replaceAll('\0', '%00'), 'latin1');
    return [
      ...kept.map(([name, value]) => Buffer.from(`${name}=${value}`)),
      Buffer.concat([Buffer.from('RTPP_FILE='), file]),
      bytes(`RTPP_CALL_ID=${session.callId}`),
      bytes(`RTPP_FROM_TAG=${session.fromTag}`),
      bytes(`RTPP_TO_TAG=${session.toTag ?? ''}`),
      bytes(`RTPP_START=${new Date(startedAt).toISOString()}`),
      bytes(`RTPP_END=${new Date(endedAt).toISOString()}`),
      bytes(`RTPP_FORMAT=${format}`),
      bytes(`RTPP_STREAM=${channel}`),
      bytes(`RTPP_PACKETS=${packets}`),
      bytes(`RTPP_PACKETS_LOST=${lost}`),
    ];
  }

  #log(level: 'INFO' | 'WARN' | 'ERR', text: string, callId?: string): void {
    this.#parts.logger.log(level, WHERE, text, callId);
  }
}
