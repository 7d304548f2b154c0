import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LineWriter } from '../../files/line-writer.ts';
import { strerror } from '../../log/strerror.ts';
import type { Session } from '../../session/session.ts';
import {
  type EndedSession,
  type Module,
  type ModuleDefinition,
  type ModuleServices,
  ModuleStartError,
} from '../module.ts';
import { AccountingFile } from './accounting-file.ts';
import { HEADER, rowOf } from './columns.ts';

/** Writes a line for each session that ends, as the module of that name of the C daemon does (docs/modules.md). */
const definition: ModuleDefinition = {
  name: 'acct_csv',
  id: 1,
  create: (_settings, services) => AcctCsv.start(services),
};

export default definition;

const FILE_NAME = 'rtpproxy_acct.csv';
/** In the C daemon a session takes so many numbers of its counter. */
const UID_STEP = 7;
/** How long the start waits for a file that another process has locked, ms. */
const START_MS = 5000;

class AcctCsv implements Module {
  readonly #services: ModuleServices;
  /** As it is named in the log. */
  readonly #name: string;
  readonly #file: AccountingFile;
  readonly #writer: LineWriter;
  readonly #uids = new WeakMap<Session, number>();
  #created = 0;
  /** Rows, since the last one that was written. */
  #lost = 0;

  private constructor(services: ModuleServices) {
    const { startDirectory } = services;
    const file = path.join(startDirectory, FILE_NAME);
    this.#services = services;
    this.#name = process.cwd() === startDirectory ? FILE_NAME : file;
    this.#file = new AccountingFile(file, Buffer.from(HEADER, 'latin1'), () =>
      services.log('WARN', `rows wait: '${this.#name}' is locked by another process`),
    );
    this.#writer = new LineWriter(this.#file, (...news) => this.#news(...news));
  }

  /** With the file open, which has a header. @throws ModuleStartError */
  static async start(services: ModuleServices): Promise<AcctCsv> {
    const module = new AcctCsv(services);
    await module.#open();
    return module;
  }

  sessionCreated(session: Session): void {
    this.#uids.set(session, UID_STEP * this.#created);
    this.#created += 1;
  }

  sessionEnded(ended: EndedSession): void {
    const origin = { node: nodeName(), pid: process.pid, uid: this.#uids.get(ended.session) ?? 0 };
    this.#writer.write(Buffer.from(rowOf(ended, origin), 'latin1'));
  }

  reopen(): void {
    this.#writer.reopen();
  }

  stop(): Promise<void> {
    return this.#writer.close();
  }

  async #open(): Promise<void> {
    const ready = new AbortController();
    const late = delay(START_MS, true, { signal: ready.signal }).catch(() => false);
    try {
      const opened = this.#file.descriptor().then(() => this.#file.release());
      if ((await Promise.race([opened, late])) === true) throw new Error('another process has locked it');
    } catch (error) {
      throw new ModuleStartError(strerror(error), [this.#failure(error)]);
    } finally {
      ready.abort();
    }
  }

  /** What became of rows. */
  #news(lost: number, error: unknown, written: number): void {
    const { log, count } = this.#services;
    if (written > 0) count('delivered', written);
    if (lost > 0) {
      if (this.#lost === 0) log('ERR', `${this.#failure(error)}; rows are lost`);
      this.#lost += lost;
      count('lost', lost);
    } else if (error !== undefined) {
      log('ERR', `the last rows may be lost: ${this.#failure(error)}`);
    } else if (this.#lost > 0) {
      log('INFO', `rows are written to '${this.#name}' again, ${this.#lost} were lost`);
      this.#lost = 0;
    }
  }

  #failure(error: unknown): string {
    const opening = error instanceof Error && 'syscall' in error && error.syscall === 'open';
    const what = opening ? `can't open '${this.#name}' for writing` : `can't write to '${this.#name}'`;
    return `${what}: ${strerror(error)}`;
  }
}

/** Name of the host, one character for each byte. */
function nodeName(): string {
  return Buffer.from(hostname()).toString('latin1');
}
