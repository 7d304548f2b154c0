import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Prompt } from '../../../src/playback/prompts.ts';
import type { FilePlace } from '../../../src/recording/file-shelf.ts';
import { commandRig } from './command-rig.ts';

const FD = 100;

interface Answer {
  resolve(fd: number): void;
  reject(error: Error): void;
}

/** A disk that opens a file when the test says so, and notes what is done to it. */
class HangingDisk implements FilePlace {
  readonly calls: string[] = [];
  readonly #answers: Answer[] = [];

  create(path: string): Promise<number> {
    this.calls.push(`create ${path}`);
    return new Promise((resolve, reject) => {
      this.#answers.push({ resolve, reject });
    });
  }
  async close(fd: number): Promise<void> {
    this.calls.push(`close ${fd}`);
  }
  async has(): Promise<boolean> {
    return true;
  }
  async remove(path: string): Promise<void> {
    this.calls.push(`remove ${path}`);
  }
  /** The file that was asked for first is there. */
  answer(): void {
    this.#answers.shift()?.resolve(FD);
  }
  refuse(): void {
    this.#answers.shift()?.reject(Object.assign(new Error('EIO: disk'), { syscall: 'open' }));
  }
}

function rig(options: { recordAll?: boolean } = {}) {
  const disk = new HangingDisk();
  const parts = commandRig({ ...options, place: disk });
  parts.log.level = 'ERR';
  /** Sends a command; `reply` is what has come back so far. */
  const send = (command: string) => {
    const sent: { reply: string | undefined; readonly done: Promise<void> } = {
      reply: undefined,
      done: parts.askLater(command).then((reply) => {
        sent.reply = reply;
      }),
    };
    return sent;
  };
  return { ...parts, disk, send };
}

/** Whatever can be done without the disk is done. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

test('while a file is being opened other calls go on, and those of the call wait in their order', async () => {
  const { ask, send, disk, engine } = rig();
  ask('U c 127.0.0.1 4000 a');
  engine.take();
  const sent = ['R c a', 'R c a', 'N c a', 'N c a', 'D c a', 'D c a'].map(send);
  assert.equal(ask('U d 127.0.0.1 4000 a'), '41002 127.0.0.1\n');
  assert.equal(ask('D d a'), '0\n');
  assert.match(ask('I'), /active sessions: 1\n/);
  await settled();
  assert.ok(sent.every(({ reply }) => reply === undefined));
  engine.take();
  disk.answer();
  await Promise.all(sent.map(({ done }) => done));
  assert.deepEqual(
    sent.map(({ reply }) => reply),
    ['0\n', '0\n', '0\n', 'E50\n', '0\n', 'E50\n'],
  );
  assert.deepEqual(engine.take(), ['addRecording 1', 'record 1 1', 'stopTap 1 1', 'remove 1']);
  assert.deepEqual(disk.calls, ['create c=a.o.rtp']);
  assert.equal(ask('D c a'), 'E50\n', 'answered at once again');
});

test('a file that cannot be opened refuses R and C', async () => {
  const { ask, send, disk, taps, log, sessions } = rig();
  ask('U c 127.0.0.1 4000 a');
  const record = send('R c a');
  const copy = send('C c name a');
  await settled();
  disk.refuse();
  await record.done;
  await settled();
  disk.refuse();
  await copy.done;
  assert.deepEqual([record.reply, copy.reply], ['E50\n', 'E65\n']);
  assert.deepEqual(log.take(), Array(2).fill("ERR:c:recorder: can't start recording: EIO: disk"));
  const [session] = sessions.registry.all();
  assert.ok(session !== undefined && taps.get(session, 1) === undefined);
});

test('X ends a call whose recording is being opened, and the file is closed', async () => {
  const { ask, send, disk, engine } = rig();
  ask('U c 127.0.0.1 4000 a');
  const record = send('R c a');
  const late = send('U c 127.0.0.1 4000 a');
  assert.equal(ask('X'), '0\n');
  await settled();
  engine.take();
  disk.answer();
  await Promise.all([record.done, late.done]);
  assert.equal(record.reply, 'E50\n');
  assert.equal(late.reply, '41002 127.0.0.1\n', 'a new call');
  assert.deepEqual(disk.calls, ['create c=a.o.rtp', `close ${FD}`]);
  assert.ok(!engine.take().some((call) => /[rR]ecord/.test(call)));
});

test('a session that times out while its recording is being opened leaves nothing', async () => {
  const { ask, send, disk, engine, sessions } = rig();
  ask('U c 127.0.0.1 4000 a');
  const record = send('R c a');
  const [session] = sessions.registry.all();
  assert.ok(session);
  sessions.remove(session, true);
  await settled();
  engine.take();
  disk.answer();
  await record.done;
  assert.equal(record.reply, 'E50\n');
  assert.deepEqual(engine.take(), []);
  assert.deepEqual(disk.calls, ['create c=a.o.rtp', `close ${FD}`]);
});

test('a file that waited for its turn is not made when the call has ended', async () => {
  const { ask, send, disk } = rig();
  ask('U c 127.0.0.1 4000 a');
  ask('U d 127.0.0.1 4000 a');
  const [first, second] = [send('R c a'), send('R d a')];
  ask('X');
  await settled();
  disk.answer();
  await Promise.all([first.done, second.done]);
  assert.deepEqual(disk.calls, ['create c=a.o.rtp', `close ${FD}`]);
});

test('with -a the reply to U waits for the files, and the recording has begun then', async () => {
  const { send, disk, engine } = rig({ recordAll: true });
  const update = send('U c 127.0.0.1 4000 a');
  const lookup = send('L c 127.0.0.1 4002 a b');
  await settled();
  disk.answer();
  await settled();
  assert.deepEqual([update.reply, lookup.reply], [undefined, undefined]);
  disk.answer();
  await Promise.all([update.done, lookup.done]);
  assert.deepEqual([update.reply, lookup.reply], ['41000 127.0.0.1\n', '41002 127.0.0.1\n']);
  const calls = engine.take();
  assert.deepEqual(
    calls.filter((call) => call.startsWith('record')),
    ['record 1 1', 'record 1 0'],
  );
  assert.deepEqual(disk.calls, ['create c=a.o.rtp', 'create c=a.a.rtp']);
});

test('with -a a call goes on without the files that cannot be opened', async () => {
  const { send, disk, log } = rig({ recordAll: true });
  const update = send('U c 127.0.0.1 4000 a');
  await settled();
  disk.refuse();
  await settled();
  disk.refuse();
  await update.done;
  assert.equal(update.reply, '41000 127.0.0.1\n');
  assert.equal(log.take().length, 2);
});

test('the end of the daemon waits for the disk for a while only', async (t) => {
  const { ask, send, disk, recorder } = rig();
  ask('U c 127.0.0.1 4000 a');
  const record = send('R c a');
  ask('X');
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let ended = false;
  const end = recorder.close().then(() => {
    ended = true;
  });
  await settled();
  assert.ok(!ended);
  t.mock.timers.tick(5000);
  await end;
  disk.answer();
  await record.done;
  await recorder.close();
});

test('a new session that comes from behind the queue is refused once the daemon ends', async () => {
  const { ask, send, disk, state } = rig();
  ask('U c 127.0.0.1 4000 a');
  send('R c a');
  const late = send('U c 127.0.0.1 4000 a');
  ask('X');
  state.draining = true;
  await settled();
  disk.answer();
  await late.done;
  assert.equal(late.reply, 'E99\n');
});

test('a prompt that is being read delays its call alone, and is let go when that has ended', async () => {
  const waiting: ((prompt: Prompt | undefined) => void)[] = [];
  const released: number[] = [];
  const prompts = {
    acquire: () =>
      new Promise<Prompt | undefined>((resolve) => {
        waiting.push(resolve);
      }),
    release: (prompt: Prompt) => void released.push(prompt.id),
  };
  const { ask, askLater, engine } = commandRig({ prompts });
  ask('U c 127.0.0.1 4000 a');
  engine.take();
  const play = askLater('P c ann 0 a');
  const stop = askLater('S c a');
  await settled();
  assert.equal(ask('U d 127.0.0.1 4000 a'), '41002 127.0.0.1\n');
  engine.take();
  waiting.shift()?.({ id: 7, size: 1 });
  assert.deepEqual([await play, await stop], ['0\n', '0\n']);
  assert.deepEqual(engine.take(), ['play 1 1 7', 'stopPlay 1 1']);

  const again = askLater('P c ann 0 a');
  await settled();
  ask('X');
  waiting.shift()?.({ id: 8, size: 1 });
  assert.equal(await again, 'E50\n');
  assert.deepEqual(released, [8]);
});
