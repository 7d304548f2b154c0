import assert from 'node:assert/strict';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { PidFile } from '../../../src/process/pid-file.ts';

const OURS = `${process.pid}\n`;

function scratch(t: TestContext): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'rtpproxy-pid-'));
  t.after(() => rmSync(directory, { recursive: true }));
  return path.join(directory, 'pid');
}

/** Writes the file and returns it with the lines that were logged. */
function write(file: string): { readonly pidFile: PidFile | undefined; readonly lines: string[] } {
  const lines: string[] = [];
  const logger = {
    enabled: () => true,
    log: (level: string, where: string, text: string) => {
      lines.push(`${level}:${where}: ${text}`);
    },
  };
  const pidFile = PidFile.open(file, logger);
  pidFile?.write();
  return { pidFile, lines };
}

test('the file has the process id until it is removed', (t) => {
  const file = scratch(t);
  const { pidFile, lines } = write(file);
  assert.equal(readFileSync(file, 'latin1'), OURS);
  assert.deepEqual(lines, []);
  pidFile?.remove();
  assert(!existsSync(file));
  pidFile?.remove();
});

test('a stale file is overwritten', (t) => {
  const file = scratch(t);
  writeFileSync(file, 'a very much longer stale content\n');
  const { pidFile } = write(file);
  assert.equal(readFileSync(file, 'latin1'), OURS);
  pidFile?.remove();
  assert(!existsSync(file));
});

test('a file that cannot be written is logged and the start goes on', (t) => {
  const file = scratch(t);
  const missing = write(path.join(file, 'x'));
  assert.equal(missing.pidFile, undefined);
  assert.deepEqual(missing.lines, ["ERR:pid-file: can't open pidfile for writing: No such file or directory (2)"]);
  mkdirSync(file);
  assert.deepEqual(write(file).lines, ["ERR:pid-file: can't open pidfile for writing: Is a directory (21)"]);
});

test('a file that is no longer ours stays', async (t) => {
  await t.test('another process wrote it', (t2) => {
    const file = scratch(t2);
    const { pidFile } = write(file);
    writeFileSync(file, '1\n');
    pidFile?.remove();
    assert.equal(readFileSync(file, 'latin1'), '1\n');
  });
  await t.test('another file is in its place', (t2) => {
    const file = scratch(t2);
    const { pidFile } = write(file);
    renameSync(file, `${file}.old`);
    writeFileSync(file, OURS);
    pidFile?.remove();
    assert.equal(readFileSync(file, 'latin1'), OURS);
  });
});

test('a symbolic link is not followed, and stays', (t) => {
  const file = scratch(t);
  writeFileSync(`${file}.real`, 'precious');
  for (const target of [`${file}.real`, `${file}.missing`, '/dev/full']) {
    symlinkSync(target, file);
    const { pidFile, lines } = write(file);
    assert.equal(pidFile, undefined);
    assert.deepEqual(lines, ["ERR:pid-file: can't open pidfile for writing: Too many levels of symbolic links (40)"]);
    assert(lstatSync(file).isSymbolicLink());
    unlinkSync(file);
  }
  assert.equal(readFileSync(`${file}.real`, 'latin1'), 'precious');
  assert(!existsSync(`${file}.missing`));
});
