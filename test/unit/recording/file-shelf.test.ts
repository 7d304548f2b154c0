import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { Engine } from '../../../src/addon/engine.ts';
import type { Logger } from '../../../src/log/log.ts';
import { type CompanionFormat, type FilePlace, FileShelf } from '../../../src/recording/file-shelf.ts';
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

function systemError(): Error {
  return Object.assign(new Error('no space'), { syscall: 'open', code: 'ENOSPC', errno: -28 });
}

function rig(format: 'adhoc' | 'wav' = 'adhoc', companions: CompanionFormat = 'adhoc') {
  let last = 0;
  const parts = {
    recordingHeader: () => new Uint8Array(),
    addRecording: () => ++last,
    addCompanion: () => ++last,
    divertRecording: (..._files: unknown[]): void => {},
    discardRecording: () => {},
  };
  const lines: string[] = [];
  const logger: Logger = { enabled: () => true, log: (level, _where, text) => void lines.push(`${level} ${text}`) };
  const disk = new Disk();
  const shelf = new FileShelf(
    format,
    new Storage('/'),
    undefined,
    parts as unknown as Engine,
    logger,
    disk,
    companions,
  );
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

test('whatever is done with files, the disk has one of them at a time', async () => {
  const { shelf, disk, finished, recorded, closed, undecoded, lines } = rig('wav');
  for (const path of ['a', 'b', 'c.wav']) shelf.release(await recorded(path));
  undecoded(3);
  await until(() => lines.some((line) => line.includes('recorded into')), WAIT_MS, 'the companions');
  disk.hanging = /./;
  for (const recording of [1, 2, 3]) closed(recording);
  for (const recording of [4, 5]) closed(recording, 0);
  const opened = recorded('d');
  await turn();
  assert.deepEqual(disk.under, ['has a']);
  disk.answer();
  await opened;
  assert.equal(disk.most, 1);
  await until(() => finished.length === 3, WAIT_MS, 'the recordings');
  assert.deepEqual([...disk.files], ['a', 'b', 'c.wav', 'd']);
});

test('of files that end while the disk does not answer none is lost', async (t) => {
  const { disk, finished, recorded, closed, shelf } = rig();
  const COUNT = 400;
  for (let n = 1; n <= COUNT; n++) shelf.release(await recorded(`f${n}`));
  disk.hanging = /./;
  t.mock.timers.enable({ apis: ['setInterval'] });
  let now = performance.now();
  t.mock.method(performance, 'now', () => now);
  for (let n = 1; n < COUNT; n++) closed(n);
  for (let ms = 0; ms < 1200; ms += 100) {
    now += 100;
    t.mock.timers.tick(100);
  }
  closed(COUNT);
  await turn();
  assert.equal(finished.length, COUNT - 1 - 256, 'those that it is not asked about');
  disk.answer();
  await until(() => finished.length === COUNT, WAIT_MS, 'the others');
  assert.equal(new Set(finished).size, COUNT);
});

test('a file that could not be replaced is finished, also if it was closed meanwhile', async () => {
  for (const when of ['before', 'meanwhile', 'after']) {
    for (const what of ['remove a', 'create a']) {
      const { disk, finished, recorded, closed, shelf, lines } = rig();
      shelf.release(await recorded('a'));
      disk.failures.set(what, systemError());
      if (when === 'before') closed(1);
      if (when === 'meanwhile') disk.hanging = /./;
      const again = assert.rejects(recorded('a'), /no space/);
      if (when === 'meanwhile') {
        await turn();
        closed(1);
        disk.answer();
      }
      if (when === 'before' && what === 'remove a') {
        // Nothing was written there any more.
        disk.failures.clear();
        disk.failures.set('create a', systemError());
      }
      await again;
      if (when === 'after') closed(1);
      await shelf.close();
      // What has been removed is gone on purpose.
      const stays = when === 'before' || what === 'remove a';
      assert.deepEqual([finished, lines], [stays ? ['a 10'] : [], []], `${when}, ${what}`);
    }
  }
});

test('nor is a companion lost that another could not replace', async () => {
  const { disk, finished, recorded, closed, undecoded, shelf, lines } = rig('wav');
  for (const round of [1, 2]) {
    shelf.release(await recorded('a.wav'));
    if (round === 2) disk.failures.set('remove a.a.rtp', systemError());
    lines.length = 0;
    undecoded(round === 1 ? 1 : 4);
    await until(() => lines.some((line) => line.includes('recorded into')), WAIT_MS, 'the companions');
  }
  assert.match(lines.join('\n'), /^ERR can't record beside a\.wav: .*\nWARN .* recorded into a\.o\.rtp$/);
  for (const recording of [1, 2, 3, 4, 5]) closed(recording);
  await shelf.close();
  assert.deepEqual(finished.sort(), ['a.a.rtp 10', 'a.o.rtp 10', 'a.wav 10']);
});

test('of two companions one that could not be made gets nothing, and the other its own packets alone', async () => {
  for (const [failing, expected] of [
    ['create a.o.rtp', [2, undefined]],
    ['create a.a.rtp', [undefined, 2]],
  ] as const) {
    const { disk, recorded, undecoded, lines, parts } = rig('wav');
    const diverted: unknown[] = [];
    parts.divertRecording = (...files: unknown[]) => void diverted.push(files);
    await recorded('a.wav');
    disk.failures.set(failing, systemError());
    undecoded(1);
    await until(() => lines.some((line) => line.includes('recorded into')), WAIT_MS, 'the companions');
    assert.deepEqual(diverted, [[1, ...expected]], failing);
  }
});

test('a pcap beside a recording is that of both parties', async () => {
  const { recorded, undecoded, lines, parts } = rig('wav', 'pcap');
  const diverted: unknown[] = [];
  parts.divertRecording = (...files: unknown[]) => void diverted.push(files);
  await recorded('a.wav');
  undecoded(1);
  await until(() => lines.some((line) => line.includes('recorded into')), WAIT_MS, 'the companion');
  assert.deepEqual(diverted, [[1, 2, 2]]);
});

test('a companion that a disk makes after the end has been waited for is left alone by the engine, and goes', async (t) => {
  const { disk, recorded, undecoded, lines, parts, shelf } = rig('wav');
  const closed = (): never => {
    throw new Error('the engine is closed');
  };
  shelf.release(await recorded('a.wav'));
  disk.hanging = /^create/;
  undecoded(1);
  await turn();
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const end = shelf.close();
  t.mock.timers.tick(5000);
  await end;
  Object.assign(parts, { addCompanion: closed, divertRecording: closed });
  disk.answer();
  await until(() => lines.length === 2, WAIT_MS, 'the lines');
  await turn();
  assert.deepEqual(lines, Array(2).fill("ERR can't record beside a.wav: the daemon ends"));
  assert.deepEqual([...disk.files], ['a.wav']);
});

test('an empty companion does not take a later one with it', async () => {
  const { disk, recorded, closed, undecoded, shelf, lines } = rig('wav');
  const companions = () => until(() => lines.some((line) => line.includes('recorded into')), WAIT_MS, 'companions');
  shelf.release(await recorded('a.wav'));
  undecoded(1);
  await companions();
  shelf.release(await recorded('a.wav'));
  lines.length = 0;
  disk.hanging = /./;
  undecoded(4);
  await until(() => disk.under.includes('remove a.a.rtp'), WAIT_MS, 'the replacement');
  for (const recording of [2, 3]) closed(recording, 0);
  disk.answer();
  await companions();
  await turn();
  assert.deepEqual([...disk.files].sort(), ['a.a.rtp', 'a.o.rtp', 'a.wav']);
});

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
