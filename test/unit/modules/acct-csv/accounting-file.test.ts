import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, renameSync, rmdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { LineWriter } from '../../../../src/files/line-writer.ts';
import { AccountingFile, type FileLock } from '../../../../src/modules/acct-csv/accounting-file.ts';
import { temporaryDirectory } from '../../../helpers/cleanup.ts';
import { until } from '../../../helpers/deadline.ts';

const HEADER = 'a,b\n';

/** A lock that others may hold; it notes who has it. */
class TestLock implements FileLock {
  others = false;
  readonly book: string[] = [];
  tries = 0;

  take(_fd: number): Promise<boolean> {
    this.tries += 1;
    if (!this.others) this.book.push('taken');
    return Promise.resolve(!this.others);
  }
  release(_fd: number): Promise<void> {
    this.book.push('released');
    return Promise.resolve();
  }
}

/** A file that is written to, in a folder of its own. */
function rig(t: TestContext) {
  const path = join(temporaryDirectory(t), 'file');
  const lock = new TestLock();
  const waits: string[] = [];
  const file = new AccountingFile(path, Buffer.from(HEADER), () => waits.push('long'), lock);
  const book = { written: 0, lost: 0, errors: [] as unknown[] };
  const writer = new LineWriter(file, (lost, error, written) => {
    book.written += written;
    book.lost += lost;
    if (error !== undefined) book.errors.push(error);
  });
  let total = 0;
  return {
    ...{ path, lock, waits, file, writer, book },
    text: () => readFileSync(path, 'latin1'),
    /** Writes lines, and waits for them to be written or lost. */
    write: async (...lines: string[]) => {
      for (const line of lines) writer.write(Buffer.from(`${line}\n`));
      total += lines.length;
      await until(() => book.written + book.lost === total, 5000, 'lines');
    },
  };
}

test('an empty file gets a header, another one does not', async (t) => {
  const { path, file, writer, write, text } = rig(t);
  writeFileSync(path, '');
  await file.descriptor();
  await file.release();
  assert.equal(text(), HEADER);
  await write('1,2');
  assert.equal(text(), `${HEADER}1,2\n`);
  await writer.close();

  const other = rig(t);
  writeFileSync(other.path, 'something else\n');
  await other.write('1,2');
  assert.equal(other.text(), 'something else\n1,2\n');
  await other.writer.close();
});

test('a new file of that name gets a header, a shortened one does not', async (t) => {
  const { path, writer, write, text } = rig(t);
  await write('1,1');
  renameSync(path, `${path}.1`);
  await write('2,2', '3,3');
  assert.equal(text(), `${HEADER}2,2\n3,3\n`);
  assert.equal(readFileSync(`${path}.1`, 'latin1'), `${HEADER}1,1\n`);
  rmSync(path);
  await write('4,4');
  assert.equal(text(), `${HEADER}4,4\n`);
  truncateSync(path);
  await write('5,5');
  assert.equal(text(), '5,5\n');
  await writer.close();
});

test('what cannot be opened is tried again with the next line', async (t) => {
  const { path, book, writer, write, text } = rig(t);
  await write('1,1');
  rmSync(path);
  mkdirSync(path);
  await write('2,2');
  assert.deepEqual(
    [book.lost, book.errors.map(String)],
    [1, [`Error: EISDIR: illegal operation on a directory, open '${path}'`]],
  );
  rmdirSync(path);
  await write('3,3');
  assert.equal(text(), `${HEADER}3,3\n`);
  await writer.close();
});

test('the lock is held for the header, and for each write', async (t) => {
  const { lock, writer, write } = rig(t);
  await write('1,1');
  await until(() => lock.book.length === 4, 1000, 'the lock');
  await write('2,2', '3,3');
  await until(() => lock.book.length === 6, 1000, 'the lock');
  assert.deepEqual(lock.book, ['taken', 'released', 'taken', 'released', 'taken', 'released']);
  await writer.close();
});

test('lines wait while another process has the lock, and a long wait is told once', async (t) => {
  const { lock, waits, book, write, writer, text } = rig(t);
  await write('1,1');
  lock.others = true;
  const written = write('2,2', '3,3');
  await until(() => waits.length > 0, 5000, 'told');
  const { tries } = lock;
  await until(() => lock.tries > tries + 2, 5000, 'tried again');
  assert.deepEqual([waits, book.written, book.lost], [['long'], 1, 0]);
  lock.others = false;
  await written;
  assert.equal(text(), `${HEADER}1,1\n2,2\n3,3\n`);
  await writer.close();
});

test('a header that a full disk does not take is an error', async (t) => {
  const file = new AccountingFile('/dev/full', Buffer.from(HEADER), () => t.diagnostic('waits'), new TestLock());
  await assert.rejects(file.descriptor(), { code: 'ENOSPC', syscall: 'write' });
  await file.close();
});

test('two files of one process keep out each other, and begin a file with one header', async (t) => {
  const path = join(temporaryDirectory(t), 'file');
  const waits: string[] = [];
  const open = () => new AccountingFile(path, Buffer.from(HEADER), () => waits.push('long'));
  const [one, two] = [open(), open()];
  // Pauses between tries keep no process alive.
  const alive = setInterval(() => {}, 1000);
  t.after(async () => {
    clearInterval(alive);
    await Promise.all([one.close(), two.close()]);
  });
  for (let round = 0; round < 5; round++) {
    rmSync(path, { force: true });
    // Each has the lock only when the other one has given it back.
    await Promise.all(
      [one, two].map(async (file) => {
        await file.descriptor();
        assert.equal(readFileSync(path, 'latin1'), HEADER);
        await file.release();
      }),
    );
  }
  await one.descriptor();
  let taken = false;
  const taking = two.descriptor().then(() => {
    taken = true;
  });
  await until(() => waits.length > 0, 10_000, 'word of the wait');
  assert.equal(taken, false);
  await one.release();
  await taking;
  await two.release();
});
