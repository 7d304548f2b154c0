import assert from 'node:assert/strict';
import { closeSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Engine } from '../../../src/addon/engine.ts';
import type { LegIndex } from '../../../src/addon/types.ts';
import type { Logger } from '../../../src/log/log.ts';
import { type CompanionFormat, FileShelf } from '../../../src/recording/file-shelf.ts';
import { LegTaps } from '../../../src/recording/leg-taps.ts';
import { Recorder, type RecordingPolicy } from '../../../src/recording/recorder.ts';
import { Storage } from '../../../src/recording/storage.ts';
import type { Session } from '../../../src/session/session.ts';
import { temporaryDirectory } from '../../helpers/cleanup.ts';
import { until } from '../../helpers/deadline.ts';

const { ENOBUFS, ENOSPC } = constants.errno;

/** Notes what the recorder asks of the engine, as text. */
class EngineBook {
  readonly calls: string[] = [];
  #last = 0;

  recordingHeader(format: string): Uint8Array {
    return Buffer.from(format === 'pcap' ? 'the header of a pcap' : '');
  }
  addRecording(session: number, fd: number, format: string): number {
    closeSync(fd);
    this.calls.push(`add ${session} ${format} -> ${++this.#last}`);
    return this.#last;
  }
  addCompanion(recording: number, fd: number, format: string): number {
    closeSync(fd);
    this.calls.push(`beside ${recording} ${format} -> ${++this.#last}`);
    return this.#last;
  }
  divertRecording(recording: number, callee: number | undefined, caller: number | undefined): void {
    this.calls.push(`divert ${recording} ${callee} ${caller}`);
  }
  discardRecording(recording: number): void {
    this.calls.push(`discard ${recording}`);
  }
  record(session: number, leg: LegIndex, rtp: number, rtcp: number | undefined, asSent: boolean): void {
    this.calls.push(`record ${session}/${leg} ${rtp} ${rtcp}${asSent ? ' as sent' : ''}`);
  }
  stopTap(session: number, leg: LegIndex): void {
    this.calls.push(`stop ${session}/${leg}`);
  }
  take(): string[] {
    return this.calls.splice(0);
  }
}

interface RigOptions extends Partial<RecordingPolicy> {
  readonly spool?: boolean;
  readonly companions?: CompanionFormat;
}

function rig(t: TestContext, { spool = false, companions, ...policy }: RigOptions = {}) {
  const top = temporaryDirectory(t);
  const directory = join(top, 'rec');
  const spoolDirectory = join(top, 'spool');
  mkdirSync(directory);
  mkdirSync(spoolDirectory);
  const book = new EngineBook();
  const engine = book as unknown as Engine;
  const lines: string[] = [];
  const logger: Logger = {
    enabled: () => true,
    log: (level, _where, text) => {
      lines.push(`${level} ${text}`);
    },
  };
  const taps = new LegTaps(engine);
  const all: RecordingPolicy = { format: 'adhoc', rtcp: true, all: false, ...policy };
  const place = spool ? new Storage(spoolDirectory) : undefined;
  const shelf = new FileShelf(all.format, new Storage(directory), place, engine, logger, undefined, companions);
  const recorder = new Recorder(all, shelf, engine, taps, logger);
  const session = (handle: number, fromTag = 'a'): Session =>
    ({ callId: 'c', fromTag, handle, legs: [{ port: 4000 }, { port: undefined }] }) as unknown as Session;
  const start = async (of: Session, leg: LegIndex, singleFile = false, name?: string): Promise<boolean> =>
    recorder.start(of, leg, { name, singleFile });
  const closed = (recording: number, lost = 0, errno = 0, written = 10): void =>
    recorder.report({ recording, kind: 'closed', errno, written, lost, payloadType: -1 });
  const files = (): string[] => readdirSync(directory).sort();
  const spooled = (): string[] => readdirSync(spoolDirectory).sort();
  return { book, lines, taps, recorder, session, start, closed, files, spooled, directory };
}

test('two files for each direction', async (t) => {
  const { book, lines, taps, session, start } = rig(t);
  const one = session(1);
  assert.ok(await start(one, 1));
  assert.ok(await start(one, 0));
  assert.deepEqual(book.take(), [
    'add 1 adhoc -> 1',
    'add 1 adhoc -> 2',
    'record 1/1 1 2',
    'add 1 adhoc -> 3',
    'add 1 adhoc -> 4',
    'record 1/0 3 4',
  ]);
  assert.ok(await start(one, 1), 'recording already');
  assert.ok(taps.stop(one, 1));
  assert.ok(!taps.stop(one, 1));
  assert.deepEqual(book.take(), ['stop 1/1']);
  taps.removed(one);
  assert.deepEqual(book.take(), [], 'the engine knows');
  assert.deepEqual(lines, [
    'INFO starting recording RTP session on port 0',
    'INFO starting recording RTCP session on port 1',
    'INFO starting recording RTP session on port 4000',
    'INFO starting recording RTCP session on port 4001',
    'INFO stopping recording RTP session on port 0',
    'INFO stopping recording RTCP session on port 1',
    'INFO stopping recording RTP session on port 4000',
    'INFO stopping recording RTCP session on port 4001',
  ]);
});

test('one pcap file for both directions, or for RTP alone', async (t) => {
  for (const rtcp of [true, false]) {
    const { book, session, start, files } = rig(t, { format: 'pcap', rtcp });
    const one = session(1);
    assert.ok(await start(one, 1, true));
    assert.ok(!(await start(one, 1, true)), 'a single file is refused while the leg records');
    assert.ok(await start(one, 0, true));
    const second = rtcp ? 1 : undefined;
    assert.deepEqual(book.take(), [
      'add 1 pcap -> 1',
      `record 1/1 1 ${second} as sent`,
      `record 1/0 1 ${second} as sent`,
    ]);
    assert.deepEqual(files(), ['c=a.pcap']);
  }
});

test('sound of both directions is in one file, whatever is asked for', async (t) => {
  for (const single of [true, false]) {
    const { book, session, start, files } = rig(t, { format: 'wav' });
    const one = session(1);
    assert.ok(await start(one, 1, single));
    assert.equal(await start(one, 1, single), !single, 'as in other formats');
    assert.ok(await start(one, 0, single, 'another'));
    assert.deepEqual(book.take(), [
      'add 1 wav -> 1',
      `record 1/1 1 undefined${single ? ' as sent' : ''}`,
      `record 1/0 1 undefined${single ? ' as sent' : ''}`,
    ]);
    assert.ok(await start(session(2), 0, single, 'given'));
    assert.deepEqual(files(), ['c=a.wav', single ? 'given' : 'given.wav']);
  }
});

test('what cannot become sound goes into files beside it, and what is empty does not stay', async (t) => {
  for (const spool of [false, true]) {
    const { book, lines, session, start, taps, closed, files, spooled, recorder } = rig(t, { format: 'wav', spool });
    const one = session(1);
    await start(one, 1);
    await start(one, 0);
    book.take();
    lines.length = 0;
    recorder.report({ recording: 1, kind: 'undecoded', errno: 0, written: 0, lost: 0, payloadType: 18 });
    await until(() => lines.length > 0, 2000, 'the line');
    assert.deepEqual(lines, [
      'WARN c=a.wav: payload type 18 cannot become sound: recorded into c=a.a.rtp and c=a.o.rtp',
    ]);
    assert.deepEqual(book.take(), ['beside 1 adhoc -> 2', 'beside 1 adhoc -> 3', 'divert 1 2 3']);
    assert.deepEqual(spool ? spooled() : files(), ['c=a.a.rtp', 'c=a.o.rtp', 'c=a.wav']);
    taps.removed(one);
    closed(1, 0, 0, 0);
    closed(2);
    closed(3, 0, 0, 0);
    await recorder.close();
    assert.deepEqual(files(), ['c=a.a.rtp']);
    assert.deepEqual(spooled(), []);
  }
});

test('with -P that is one pcap file; without a file it is lost', async (t) => {
  const { book, lines, session, start, directory, recorder } = rig(t, { format: 'wav', companions: 'pcap' });
  const [one, two] = [session(1), session(2)];
  await start(one, 1, false, 'x.wav');
  recorder.report({ recording: 1, kind: 'undecoded', errno: 0, written: 0, lost: 0, payloadType: -1 });
  await until(() => lines.some((line) => line.includes('recorded into')), 2000, 'the line');
  assert.equal(lines.at(-1), 'WARN x.wav.wav: packets other than RTP cannot become sound: recorded into x.wav.pcap');
  assert.deepEqual(book.take().slice(-2), ['beside 1 pcap -> 2', 'divert 1 2 2']);

  await start(two, 1, false, 'y');
  mkdirSync(join(directory, 'y.pcap'));
  recorder.report({ recording: 3, kind: 'undecoded', errno: 0, written: 0, lost: 0, payloadType: 18 });
  await until(() => lines.some((line) => line.includes(': lost')), 2000, 'the line');
  assert.match(lines.at(-2) ?? '', /^ERR can't record beside y.wav: .*EISDIR|Is a directory/);
  assert.deepEqual(book.take().slice(-1), ['divert 3 undefined undefined']);
});

test('single files are for pcap only', async (t) => {
  const { session, start, files } = rig(t);
  const one = session(1);
  assert.ok(await start(one, 1, true));
  assert.ok(await start(one, 1, true));
  assert.deepEqual(files(), ['c=a.o.rtcp', 'c=a.o.rtp']);
});

test('nothing is left behind when the second file cannot be made', async (t) => {
  const { book, session, start, directory, taps } = rig(t);
  mkdirSync(join(directory, 'c=a.o.rtcp'));
  mkdirSync(join(directory, 'f.rtcp'));
  const one = session(1);
  assert.ok(!(await start(one, 1)));
  assert.deepEqual(book.take(), ['add 1 adhoc -> 1', 'discard 1']);
  assert.ok(!taps.stop(one, 1));
  // A file that the other direction uses goes on.
  rmSync(join(directory, 'f.rtcp'), { recursive: true });
  assert.ok(await start(one, 0, false, 'f'));
  rmSync(join(directory, 'c=a.o.rtcp'), { recursive: true });
  assert.ok(await start(one, 1, false, 'f'));
  assert.deepEqual(book.take(), ['add 1 adhoc -> 2', 'add 1 adhoc -> 3', 'record 1/0 2 3', 'record 1/1 2 3']);
});

test('without RTCP there is one file', async (t) => {
  const { book, session, start } = rig(t, { rtcp: false });
  assert.ok(await start(session(1), 1));
  assert.deepEqual(book.take(), ['add 1 adhoc -> 1', 'record 1/1 1 undefined']);
});

test('-a starts with the session, in one file for pcap', async (t) => {
  const adhoc = rig(t, { all: true, rtcp: false });
  const adhocSession = adhoc.session(1);
  adhoc.recorder.created(adhocSession);
  await adhoc.recorder.started(adhocSession);
  assert.deepEqual(adhoc.files(), ['c=a.a.rtp', 'c=a.o.rtp']);
  const pcap = rig(t, { all: true, format: 'pcap' });
  const pcapSession = pcap.session(1);
  pcap.recorder.created(pcapSession);
  await pcap.recorder.started(pcapSession);
  assert.deepEqual(pcap.files(), ['c=a.pcap']);
  const none = rig(t);
  const noneSession = none.session(1);
  none.recorder.created(noneSession);
  await none.recorder.started(noneSession);
  assert.deepEqual(none.files(), []);
});

test('a recording that begins while the disk still has the last one is a new file', async (t) => {
  const { session, start, taps, closed, files } = rig(t, { rtcp: false });
  const one = session(1);
  await start(one, 1);
  taps.stop(one, 1);
  assert.ok(await start(one, 1));
  closed(1);
  taps.stop(one, 1);
  closed(2);
  assert.deepEqual(files(), ['c=a.o.rtp']);
});

test('in the spool too, and they are moved in their order', async (t) => {
  const { session, start, taps, closed, files, spooled, recorder } = rig(t, { rtcp: false, spool: true });
  const one = session(1);
  for (let round = 0; round < 3; round++) {
    await start(one, 1);
    taps.stop(one, 1);
  }
  assert.deepEqual(spooled(), ['c=a.o.rtp', 'c=a.o.rtp~2', 'c=a.o.rtp~3']);
  for (const recording of [1, 2, 3]) closed(recording);
  await recorder.close();
  assert.deepEqual([files(), spooled()], [['c=a.o.rtp'], []]);
});

test('the end waits for the disk', async (t) => {
  const { session, start, taps, closed, recorder } = rig(t, { rtcp: false });
  const one = session(1);
  await start(one, 1);
  taps.removed(one);
  let ended = false;
  const end = recorder.close().then(() => {
    ended = true;
  });
  await new Promise(setImmediate);
  assert.ok(!ended);
  closed(1);
  await end;
});

test('losses are told once when they begin, and counted at the end', async (t) => {
  const { session, start, taps, closed, lines, recorder } = rig(t, { rtcp: false });
  const one = session(1);
  await start(one, 1);
  recorder.report({ recording: 1, kind: 'trouble', errno: ENOSPC, written: 0, lost: 1, payloadType: -1 });
  taps.stop(one, 1);
  lines.length = 0;
  closed(1, 5, ENOBUFS);
  closed(1, 5, ENOBUFS);
  assert.deepEqual(lines, ['WARN c=a.o.rtp has 10 packets, 5 were lost: the disk is too slow']);
});

test('a file that is gone at its end is missed, but for one that was replaced', async (t) => {
  const { session, start, taps, closed, lines, directory } = rig(t, { rtcp: false });
  const one = session(1);
  await start(one, 1);
  taps.stop(one, 1);
  await start(one, 1);
  taps.stop(one, 1);
  rmSync(join(directory, 'c=a.o.rtp'));
  lines.length = 0;
  closed(1);
  assert.deepEqual(lines, []);
  closed(2);
  await until(() => lines.length > 0, 5000, 'the complaint');
  assert.deepEqual(lines, ['WARN c=a.o.rtp has vanished, and 10 packets with it']);
});

test('a failed move is logged, and the file stays', async (t) => {
  const { session, start, taps, closed, lines, spooled, directory } = rig(t, { rtcp: false, spool: true });
  rmSync(directory, { recursive: true });
  const one = session(1);
  await start(one, 1);
  taps.stop(one, 1);
  closed(1);
  await until(() => lines.length > 2, 5000, 'the complaint');
  assert.match(
    lines[2] ?? '',
    /^ERR can't move session record from spool into permanent storage: \w+ .*: No such file or directory \(2\)/,
  );
  assert.deepEqual(spooled(), ['c=a.o.rtp']);
});
