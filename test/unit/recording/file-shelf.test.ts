import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { Engine } from '../../../src/addon/engine.ts';
import type { Logger } from '../../../src/log/log.ts';
import { type FilePlace, FileShelf } from '../../../src/recording/file-shelf.ts';
import { Storage } from '../../../src/recording/storage.ts';
import type { Session } from '../../../src/session/session.ts';
import { until } from '../../helpers/deadline.ts';

const WAIT_MS = 2000;

/** Files in memory. Each operation ends when it is let go, or at once. */
class Disk implements FilePlace {
  readonly files = new Set<string>();
  /** What has begun and not ended, and how many of it at most. */
  readonly under: string[] = [];
  most = 0;
  /** Operations that wait. */
  hanging: RegExp | undefined;
  /** Operations that fail, or that a mistake is in. */
  readonly failures = new Map<string, Error>();
  #held: (() => void)[] = [];

  answer(): void {
    this.hanging = undefined;
    for (const each of this.#held.splice(0)) each();
  }

  async create(path: string): Promise<number> {
    await this.#do(`create ${path}`);
    this.files.add(path);
    return 0;
  }
  close(): Promise<void> {
    return this.#do('close');
  }
  async has(path: string): Promise<boolean> {
    await this.#do(`has ${path}`);
    return this.files.has(path);
  }
  async remove(path: string): Promise<void> {
    await this.#do(`remove ${path}`);
    this.files.delete(path);
  }

  async #do(what: string): Promise<void> {
    this.under.push(what);
    this.most = Math.max(this.most, this.under.length);
    if (this.hanging?.test(what)) await new Promise<void>((resolve) => this.#held.push(resolve));
    this.under.splice(this.under.indexOf(what), 1);
    const failure = this.failures.get(what);
    if (failure !== undefined) throw failure;
  }
}

function rig(format: 'adhoc' | 'wav' = 'adhoc') {
  let last = 0;
  const parts = {
    recordingHeader: () => new Uint8Array(),
    addRecording: () => ++last,
    addCompanion: () => ++last,
    divertRecording: () => {},
    discardRecording: () => {},
  };
  const lines: string[] = [];
  const logger: Logger = { enabled: () => true, log: (level, _where, text) => void lines.push(`${level} ${text}`) };
  const disk = new Disk();
  const shelf = new FileShelf(format, new Storage('/'), undefined, parts as unknown as Engine, logger, disk);
  const finished: string[] = [];
  shelf.onFinished = ({ path, packets }) => void finished.push(`${path} ${packets}`);
  const session = { callId: 'c', handle: 1 } as unknown as Session;
  /** A file that is recorded into. */
  const recorded = (path: string) => shelf.open(session, path, 'RTP');
  const closed = (recording: number, written = 10): void =>
    shelf.report({ recording, kind: 'closed', errno: 0, written, lost: 0, payloadType: -1 });
  const undecoded = (recording: number): void =>
    shelf.report({ recording, kind: 'undecoded', errno: 0, written: 0, lost: 0, payloadType: 18 });
  return { shelf, disk, lines, finished, session, recorded, closed, undecoded, parts };
}

test('the end waits for what the last work begins', async () => {
  const { disk, finished, recorded, shelf, session } = rig();
  disk.hanging = /^create/;
  const opened = recorded('a');
  await turn();
  let ended = false;
  const end = shelf.close().then(() => {
    ended = true;
  });
  // The file stays, and is looked at.
  Object.assign(session, { ended: true });
  disk.answer();
  disk.hanging = /^has/;
  await assert.rejects(opened, /has ended/);
  await turn();
  assert.deepEqual([ended, disk.under], [false, ['has a']]);
  disk.answer();
  await end;
  assert.deepEqual(finished, ['a 0']);
});

test('a mistake in work that nobody waits for is told', async () => {
  const { shelf, recorded, closed, lines, undecoded, parts } = rig('wav');
  shelf.release(await recorded('a.wav'));
  parts.divertRecording = () => {
    throw new TypeError('a mistake of ours');
  };
  undecoded(1);
  await until(() => lines.length > 0, WAIT_MS, 'the line');
  shelf.onFinished = () => {
    throw new TypeError('another one');
  };
  closed(1);
  await until(() => lines.length > 1, WAIT_MS, 'the line');
  assert.match(lines[0] ?? '', /^CRIT internal error: TypeError: a mistake of ours\n {4}at /);
  assert.match(lines[1] ?? '', /^CRIT internal error: TypeError: another one\n {4}at /);
});
