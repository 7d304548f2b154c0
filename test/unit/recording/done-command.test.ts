import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { EngineError } from '../../../src/addon/errors.ts';
import type { ProgramEnd, ProgramStart } from '../../../src/process/program.ts';
import { DoneCommand, type DoneCounters } from '../../../src/recording/done-command.ts';
import type { FinishedRecording } from '../../../src/recording/file-shelf.ts';
import type { Session } from '../../../src/session/session.ts';

const SETTINGS = { command: ['/bin/done', '-x'], timeout: 300 };

/** A program that ends when the test says so. */
interface FakeProgram {
  readonly start: ProgramStart;
  readonly signals: string[];
  end(end: ProgramEnd): void;
}

interface RigOptions {
  readonly fails?: Error;
  readonly hangs?: boolean;
  /** Why no signal reaches what runs. */
  readonly refusal?: Error;
}

/** Time stands still. */
function rig(t: TestContext, { fails, hangs = false, refusal }: RigOptions = {}) {
  t.mock.timers.reset();
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const programs: FakeProgram[] = [];
  const lines: string[] = [];
  const counts: Record<string, number> = {};
  const counters: DoneCounters = {
    add: (name, amount = 1) => {
      counts[name] = (counts[name] ?? 0) + amount;
    },
  };
  const logger = {
    enabled: () => true,
    log: (level: string, _where: string, text: string, callId = '') => void lines.push(`${level} ${callId}: ${text}`),
  };
  const run = (start: ProgramStart) => {
    if (fails !== undefined) return Promise.reject(fails);
    if (hangs) return new Promise<never>(() => undefined);
    const { promise: ended, resolve: end } = deferred<ProgramEnd>();
    const signals: string[] = [];
    programs.push({ start, signals, end });
    const kill = (signal: string): Error | undefined => {
      signals.push(signal);
      return refusal;
    };
    return Promise.resolve({ ended, kill });
  };
  const env = {
    PATH: '/bin',
    NOTIFY_SOCKET: '/x',
    UV_THREADPOOL_SIZE: '24',
    NODE_OPTIONS: '-x',
    LISTEN_FDS: '1',
    RTPP_LOG_TFORM: 'rel',
    TZ: undefined,
  };
  const done = new DoneCommand(SETTINGS, { directory: '/rec', counters, logger, env, run });
  const finish = (path = 'c=a.rtp', session: Partial<Session> = {}): void =>
    done.finished(recording(path, { callId: 'c', fromTag: 'a', toTag: 'b', ...session }));
  return { done, finish, programs, lines, counts };
}

function recording(path: string, session: Partial<Session>): FinishedRecording {
  const times = { startedAt: 0, endedAt: 61_002 };
  return { session: session as Session, channel: 'RTP', path, ...times, format: 'pcap', packets: 7, lost: 1 };
}

function deferred<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** Until the promises that are settled have been heard of. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const OK: ProgramEnd = { kind: 'exited', code: 0 };

test('the command as it was given, and everything else in its environment', async (t) => {
  const { finish, programs, lines, counts } = rig(t);
  finish('c=\xff$(x)', { callId: `-"'\n$(x)\0`, toTag: undefined });
  await settled();
  const [{ start, end } = assert.fail()] = programs;
  assert.deepEqual(start.args.map(String), ['/bin/done', '-x']);
  assert.deepEqual(
    start.environment.map((text) => Buffer.from(text).toString('latin1')),
    [
      'PATH=/bin',
      'RTPP_FILE=/rec/c=\xff$(x)',
      `RTPP_CALL_ID=-"'\n$(x)%00`,
      'RTPP_FROM_TAG=a',
      'RTPP_TO_TAG=',
      'RTPP_START=1970-01-01T00:00:00.000Z',
      'RTPP_END=1970-01-01T00:01:01.002Z',
      'RTPP_FORMAT=pcap',
      'RTPP_STREAM=RTP',
      'RTPP_PACKETS=7',
      'RTPP_PACKETS_LOST=1',
    ],
  );
  start.output('out');
  start.errors('err');
  end(OK);
  await settled();
  assert.deepEqual(
    lines.slice(0, 2).map((line) => line.split(': ')[1]),
    ['out', 'err'],
  );
  assert.deepEqual(counts, { nhooks_succd: 1 });
});

test('what fails is logged and counted', async (t) => {
  const { finish, programs, lines, counts } = rig(t);
  finish();
  await settled();
  finish();
  await settled();
  programs[0]?.end({ kind: 'exited', code: 3 });
  programs[1]?.end({ kind: 'killed', signal: 'SIGSEGV (11)' });
  await settled();
  assert.deepEqual(lines, [
    'ERR c: the command for /rec/c=a.rtp has failed: exit code 3',
    'ERR c: the command for /rec/c=a.rtp has failed: killed by SIGSEGV (11)',
  ]);
  const absent = rig(t, { fails: new EngineError(2, 'execve') });
  absent.finish();
  await settled();
  assert.deepEqual(absent.lines, ["ERR c: can't run /bin/done for /rec/c=a.rtp: No such file or directory (2)"]);
  assert.deepEqual([counts, absent.counts], [{ nhooks_errs: 2 }, { nhooks_errs: 1 }]);
});

test('four run at a time, in the order of the recordings', async (t) => {
  const { finish, programs } = rig(t);
  for (let i = 0; i < 6; i++) finish(`f${i}`);
  for (let i = 0; i < 10; i++) await settled();
  assert.equal(programs.length, 4);
  programs[2]?.end(OK);
  for (let i = 0; i < 4; i++) await settled();
  const files = programs.map(({ start }) => String(start.environment[1]));
  assert.deepEqual(
    files,
    [0, 1, 2, 3, 4].map((n) => `RTPP_FILE=/rec/f${n}`),
  );
});

test('1024 wait; what comes then is left out, which is told once and counted', async (t) => {
  const { done, finish, programs, lines, counts } = rig(t);
  for (let i = 0; i < 4; i++) {
    finish();
    await settled();
  }
  for (let i = 0; i < 1030; i++) finish();
  assert.deepEqual(lines, ['ERR : a recording is left out: 1024 recordings wait for it already']);
  // One place becomes free, is taken, and the next one is left out again: that is no news.
  programs[0]?.end(OK);
  await settled();
  finish();
  finish();
  assert.deepEqual(lines.slice(1), ['INFO c: the command for /rec/c=a.rtp has ended after 0.0 s']);
  assert.equal(counts.nhooks_lost, 7);
  for (let i = 1; i <= 513; i++) {
    programs[i]?.end(OK);
    await settled();
  }
  finish();
  assert.equal(lines.at(-1), 'INFO : recordings are given to the command again, 7 were left out');
  // The configuration has it no more.
  done.change(undefined);
  assert.equal(lines.at(-1), 'ERR : 512 recordings are left out: it is configured no more');
  assert.equal(counts.nhooks_lost, 7 + 512);
  finish();
  assert.equal(counts.nhooks_lost, 7 + 512, 'nothing is to be run');
});

test('a run that takes too long gets SIGTERM, and SIGKILL', async (t) => {
  const { finish, programs, lines } = rig(t);
  finish();
  await settled();
  const [slow = assert.fail()] = programs;
  t.mock.timers.tick(299_999);
  assert.deepEqual(slow.signals, []);
  t.mock.timers.tick(1);
  assert.deepEqual(slow.signals, ['SIGTERM']);
  t.mock.timers.tick(2000);
  assert.deepEqual(slow.signals, ['SIGTERM', 'SIGKILL']);
  assert.deepEqual(lines, ['ERR c: the command for /rec/c=a.rtp has run for 300 s and is ended']);
});

test('a run that the system lets nobody end is told of once, and the end of the daemon does not wait for it', async (t) => {
  const refusal = new EngineError(1, 'kill');
  const { done, finish, programs, lines, counts } = rig(t, { refusal });
  finish();
  await settled();
  const [free = assert.fail()] = programs;
  for (const ms of [300_000, 2000]) t.mock.timers.tick(ms);
  assert.deepEqual(free.signals, ['SIGTERM', 'SIGKILL']);
  const advice = 'it runs as another user: let it end by itself (timeout(1)), or the daemon have CAP_KILL';
  assert.deepEqual(lines, [
    'ERR c: the command for /rec/c=a.rtp has run for 300 s and is ended',
    `WARN c: the command for /rec/c=a.rtp cannot be ended, Operation not permitted (1): ${advice}`,
  ]);
  const closing = done.close();
  for (const ms of [5000, 1000, 1000]) {
    t.mock.timers.tick(ms);
    await settled();
  }
  await closing;
  done.abort();
  assert.deepEqual(lines.slice(2), ['ERR c: the command for /rec/c=a.rtp is ended with the daemon']);
  // It may still end by itself.
  free.end(OK);
  await settled();
  assert.deepEqual(counts, { nhooks_succd: 1 });
});

test('the end waits for what runs and waits, and no longer than some seconds', async (t) => {
  const idle = rig(t);
  await idle.done.close();
  const quick = rig(t);
  quick.finish();
  await settled();
  const closed = quick.done.close();
  quick.programs[0]?.end(OK);
  await closed;
  assert.deepEqual(quick.counts, { nhooks_succd: 1 });

  const { done, finish, programs, lines, counts } = rig(t);
  for (let i = 0; i < 6; i++) finish();
  for (let i = 0; i < 10; i++) await settled();
  const closing = done.close();
  for (const ms of [5000, 1000, 1000]) {
    t.mock.timers.tick(ms);
    await settled();
  }
  await closing;
  assert.deepEqual(
    programs.map(({ signals }) => signals),
    Array(4).fill(['SIGTERM', 'SIGKILL']),
  );
  assert.deepEqual(counts, { nhooks_lost: 2 });
  assert.equal(lines[0], 'ERR : 2 recordings are left out: the daemon ends');
  finish();
  assert.deepEqual(counts, { nhooks_lost: 3 });
});

test('a start that the disk holds up holds up nothing, nor the end', async (t) => {
  const { done, finish, lines } = rig(t, { hangs: true });
  finish();
  finish();
  t.mock.timers.tick(5000);
  assert.deepEqual(lines, ['ERR : /bin/done does not start: the disk does not answer']);
  const closing = done.close();
  for (const ms of [5000, 1000, 1000]) {
    t.mock.timers.tick(ms);
    await settled();
  }
  await closing;
});
