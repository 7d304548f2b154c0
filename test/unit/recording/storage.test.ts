import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Storage } from '../../../src/recording/storage.ts';
import { temporaryDirectory } from '../../helpers/cleanup.ts';

/** A directory for recordings with another one beside it. */
function rig(t: TestContext) {
  const top = temporaryDirectory(t);
  const directory = join(top, 'rec');
  const outside = join(top, 'outside');
  mkdirSync(directory);
  mkdirSync(outside);
  return { directory, outside, storage: new Storage(directory) };
}

function create(storage: Storage, path: string, content = ''): void {
  const fd = storage.create(path);
  writeSync(fd, content);
  closeSync(fd);
}

test('creates files, also in directories that exist, and empties what is there', (t) => {
  const { directory, storage } = rig(t);
  mkdirSync(join(directory, 'sub'));
  create(storage, 'f', 'long content');
  create(storage, 'f', 'new');
  create(storage, 'sub/f', 'below');
  assert.equal(readFileSync(join(directory, 'f'), 'utf8'), 'new');
  assert.equal(readFileSync(join(directory, 'sub/f'), 'utf8'), 'below');
  assert.equal(statSync(join(directory, 'f')).mode & 0o777, 0o666 & ~process.umask());
  assert.throws(() => storage.create('none/f'), { code: 'ENOENT' });
});

test('one character is one byte of the name', (t) => {
  const { directory, storage } = rig(t);
  create(storage, Buffer.from('Grüße', 'utf8').toString('latin1'));
  assert.deepEqual(readdirSync(directory), ['Grüße']);
});

test('symbolic links lead nowhere outside', (t) => {
  const { directory, outside, storage } = rig(t);
  writeFileSync(join(outside, 'target'), 'precious');
  symlinkSync(join(outside, 'target'), join(directory, 'f'));
  symlinkSync(outside, join(directory, 'away'));
  mkdirSync(join(directory, 'sub'));
  symlinkSync('sub', join(directory, 'near'));
  assert.throws(() => storage.create('f'), { code: 'ELOOP' });
  assert.throws(() => storage.create('away/g'), /leads out/);
  assert.throws(() => storage.remove('away/target'), /leads out/);
  create(storage, 'near/g');
  assert.deepEqual(readdirSync(outside), ['target']);
  assert.equal(readFileSync(join(outside, 'target'), 'utf8'), 'precious');
  assert.deepEqual(readdirSync(join(directory, 'sub')), ['g']);
});

test('the directory itself may be a link', (t) => {
  const { directory, outside } = rig(t);
  mkdirSync(join(outside, 'sub'));
  symlinkSync(outside, join(directory, 'link'));
  const storage = new Storage(join(directory, 'link'));
  create(storage, 'f');
  create(storage, 'sub/f');
  assert.deepEqual(readdirSync(outside).sort(), ['f', 'sub']);
});

test('nothing but a regular file is opened, and a pipe is not waited for', (t) => {
  const { directory, storage } = rig(t);
  execFileSync('mkfifo', [join(directory, 'pipe')]);
  mkdirSync(join(directory, 'folder'));
  assert.throws(() => storage.create('pipe'), { code: 'ENXIO' });
  assert.throws(() => storage.create('folder'), { code: 'EISDIR' });
  // With a reader it can be opened, and is refused all the same.
  const reader = openSync(join(directory, 'pipe'), constants.O_RDONLY | constants.O_NONBLOCK);
  t.after(() => closeSync(reader));
  assert.throws(() => storage.create('pipe'), /not a regular file/);
});

test('knows what is there', (t) => {
  const { storage } = rig(t);
  create(storage, 'f');
  assert.equal(storage.has('f'), true);
  assert.equal(storage.has('g'), false);
  assert.equal(storage.has('none/f'), false);
});

test('a file that is removed may be gone already', (t) => {
  const { directory, storage } = rig(t);
  create(storage, 'f');
  storage.remove('f');
  storage.remove('f');
  assert.deepEqual(readdirSync(directory), []);
});

test('moves a file in place of what is there', async (t) => {
  const { directory, outside, storage } = rig(t);
  create(storage, 'f', 'content');
  writeFileSync(join(outside, 'g'), 'older');
  await storage.moveTo(new Storage(outside), 'f', 'g');
  assert.equal(readFileSync(join(outside, 'g'), 'utf8'), 'content');
  assert.deepEqual(readdirSync(directory), []);
  await assert.rejects(storage.moveTo(new Storage(outside), 'f', 'g'), { code: 'ENOENT' });
});

test('moves a file to another file system', async (t) => {
  const { directory, storage } = rig(t);
  const memory = '/dev/shm';
  if (!existsSync(memory) || statSync(memory).dev === statSync(directory).dev) {
    t.skip('there is no second file system');
    return;
  }
  const name = `rtpproxy-test-${process.pid}`;
  t.after(() => new Storage(memory).remove(name));
  create(storage, 'f', 'content');
  await storage.moveTo(new Storage(memory), 'f', name);
  assert.equal(readFileSync(join(memory, name), 'utf8'), 'content');
  assert.deepEqual(readdirSync(directory), []);
  assert.deepEqual(
    readdirSync(memory).filter((entry) => entry.startsWith('.rtpproxy-')),
    [],
  );
});
