import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  open,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { AppendedFile, type LineTarget } from '../../../src/files/appended-file.ts';
import { LineWriter, WriterFullError } from '../../../src/files/line-writer.ts';
import { temporaryDirectory } from '../../helpers/cleanup.ts';
import { until } from '../../helpers/deadline.ts';

/** Notes losses, and how often lines were written. */
function news() {
  const book = { lost: 0, errors: [] as string[], writes: 0 };
  const hear = (lost: number, error?: unknown): void => {
    book.lost += lost;
    if (error === undefined) book.writes += 1;
    else book.errors.push(error instanceof Error && 'code' in error ? String(error.code) : String(error));
  };
  return { book, hear };
}

const line = (number: number): Buffer => Buffer.from(`line ${number}\n`);
const lines = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, index) => `line ${from + index}\n`).join('');

test('lines are appended in their order, many of them by one write', async (t) => {
  const path = join(temporaryDirectory(t), 'calls');
  writeFileSync(path, 'before\n');
  const { book, hear } = news();
  const writer = new LineWriter(new AppendedFile(path, 0o640), hear);
  for (let number = 0; number < 1000; number++) writer.write(line(number));
  await writer.close();
  assert.equal(readFileSync(path, 'latin1'), `before\n${lines(0, 1000)}`);
  assert.deepEqual([book.lost, book.errors], [0, []]);
  assert.ok(book.writes < 10, String(book.writes));
});

test('a line that comes just when all are written is written, too', async (t) => {
  const path = join(temporaryDirectory(t), 'calls');
  let writes = 0;
  const writer: LineWriter = new LineWriter(new AppendedFile(path, 0o640), () => {
    writes += 1;
    if (writes === 1) queueMicrotask(() => writer.write(line(1)));
  });
  writer.write(line(0));
  await until(() => writes === 2, 2000, 'both lines');
  await writer.close();
  assert.equal(readFileSync(path, 'latin1'), lines(0, 2));
});

test('a new file has the mode that is wanted', async (t) => {
  const path = join(temporaryDirectory(t), 'calls');
  const writer = new LineWriter(new AppendedFile(path, 0o640), news().hear);
  writer.write(line(0));
  await writer.close();
  assert.equal(statSync(path).mode & 0o137, 0);
});

test('a file that was renamed or removed is opened again, and no line is lost', async (t) => {
  const directory = temporaryDirectory(t);
  const path = join(directory, 'calls');
  const { book, hear } = news();
  const writer = new LineWriter(new AppendedFile(path, 0o640), hear);
  const written = async (number: number): Promise<void> => {
    const before = book.writes;
    writer.write(line(number));
    await until(() => book.writes > before, 2000, 'a write');
  };
  await written(0);
  renameSync(path, join(directory, 'old'));
  await written(1);
  rmSync(path);
  await written(2);
  writer.reopen();
  await written(3);
  await writer.close();
  assert.equal(readFileSync(join(directory, 'old'), 'latin1'), 'line 0\n');
  assert.equal(readFileSync(path, 'latin1'), 'line 2\nline 3\n');
});

test('an earlier file that cannot be closed is told, and the next lines are in the new one', async (t) => {
  const path = join(temporaryDirectory(t), 'calls');
  const { book, hear } = news();
  const writer = new LineWriter(new AppendedFile(path, 0o640), hear);
  writer.write(line(0));
  await until(() => book.writes === 1, 2000, 'a write');
  // As a server that is full says it when what was written goes there.
  closeSync(Number(readdirSync('/proc/self/fd').find((fd) => isAt(fd, path))));
  rmSync(path);
  for (const number of [1, 2]) writer.write(line(number));
  await writer.close();
  assert.deepEqual([book.lost, book.errors], [0, ['EBADF']]);
  assert.equal(readFileSync(path, 'latin1'), lines(1, 3));
});

/** Whether a descriptor of this process is that file. */
function isAt(fd: string, path: string): boolean {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`) === path;
  } catch {
    return false;
  }
}

test('lines for a file that cannot be opened are lost and counted, and later ones are tried', async (t) => {
  const directory = temporaryDirectory(t);
  const path = join(directory, 'new', 'calls');
  const { book, hear } = news();
  const writer = new LineWriter(new AppendedFile(path, 0o640), hear);
  writer.write(line(0));
  await until(() => book.lost === 1, 2000, 'a loss');
  assert.deepEqual(book.errors, ['ENOENT']);
  writer.write(line(1));
  await writer.close();
  assert.equal(book.lost, 2);
});

/** A disk of which the test says how it is. */
class FakeDisk implements LineTarget {
  readonly cuts: number[] = [];
  answer: () => Promise<number>;

  constructor(answer: () => Promise<number>) {
    this.answer = answer;
  }

  descriptor(): Promise<number> {
    return this.answer();
  }
  cut(bytes: number): Promise<boolean> {
    this.cuts.push(bytes);
    return Promise.resolve(true);
  }
  reopen(): void {}
  close: () => Promise<void> = () => Promise.resolve();
}

test('a disk that does not answer costs lines and no more memory than there is for it', async () => {
  let answer = (_: number): void => {};
  const disk = new FakeDisk(
    () =>
      new Promise((resolve) => {
        answer = resolve;
      }),
  );
  const { book, hear } = news();
  const writer = new LineWriter(disk, hear);
  const long = Buffer.alloc(1024 * 1024, 'x');
  for (let count = 0; count < 68; count++) writer.write(long);
  assert.equal(book.lost, 4);
  assert.equal(book.errors[0], String(new WriterFullError()));
  disk.answer = () => Promise.reject(new Error('gone'));
  answer(await promisify(open)('/dev/null', 'w'));
  await writer.close();
  assert.equal(book.lost, 4 + 63);
});

test('the end waits five seconds for a disk, for what is written and for the file to be closed together', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  let answer = (_: number): void => {};
  const disk = new FakeDisk(
    () =>
      new Promise((resolve) => {
        answer = resolve;
      }),
  );
  disk.close = () => new Promise<never>(() => undefined);
  const { book, hear } = news();
  const writer = new LineWriter(disk, hear);
  writer.write(line(0));
  let closed = false;
  const closing = writer.close().then(() => {
    closed = true;
  });
  t.mock.timers.tick(4000);
  answer(await promisify(open)('/dev/null', 'w'));
  await until(() => book.writes === 1, 2000, 'the write');
  t.mock.timers.tick(999);
  await settled();
  assert.ok(!closed);
  t.mock.timers.tick(1);
  await settled();
  assert.ok(closed);
  await closing;
  assert.deepEqual([book.lost, book.errors], [0, [String(new WriterFullError())]]);
});

test('of a full disk nothing is kept but whole lines', async () => {
  const full = await promisify(open)('/dev/full', 'w');
  const { book, hear } = news();
  const disk = new FakeDisk(() => Promise.resolve(full));
  const writer = new LineWriter(disk, hear);
  writer.write(line(0));
  writer.write(line(1));
  await writer.close();
  assert.deepEqual([book.lost, book.errors, disk.cuts], [2, ['ENOSPC'], []]);
});

test('a pipe that took a part of a line gets the next one as a line of its own', async (t) => {
  const path = join(temporaryDirectory(t), 'pipe');
  execFileSync('mkfifo', [path]);
  const reader = await promisify(open)(path, constants.O_RDONLY | constants.O_NONBLOCK);
  t.after(() => closeSync(reader));
  const { book, hear } = news();
  const writer = new LineWriter(new AppendedFile(path, 0o640), hear);
  writer.write(Buffer.from(`${'x'.repeat(1024 * 1024)}\n`));
  await until(() => book.lost === 1, 2000, 'a loss');
  const read = (): string => {
    const bytes = Buffer.alloc(1024 * 1024);
    return bytes.toString('latin1', 0, readSync(reader, bytes));
  };
  assert.match(read(), /^x+$/);
  writer.write(line(1));
  await until(() => book.writes === 1, 2000, 'a write');
  writer.write(line(2));
  await writer.close();
  assert.equal(read(), '\nline 1\nline 2\n');
  assert.deepEqual([book.lost, book.errors], [1, ['EAGAIN']]);
});
