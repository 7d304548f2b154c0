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

const EMPTY = new Uint8Array(0);

async function create(storage: Storage, path: string, content = ''): Promise<void> {
  const fd = await storage.create(path, EMPTY);
  writeSync(fd, content);
  await storage.close(fd);
}

test('creates files, also in directories that exist, and empties what is there', async (t) => {
  const { directory, storage } = rig(t);
  mkdirSync(join(directory, 'sub'));
  await create(storage, 'f', 'long content');
  await create(storage, 'f', 'new');
  await create(storage, 'sub/f', 'below');
  assert.equal(readFileSync(join(directory, 'f'), 'utf8'), 'new');
  assert.equal(readFileSync(join(directory, 'sub/f'), 'utf8'), 'below');
  assert.equal(statSync(join(directory, 'f')).mode & 0o777, 0o666 & ~process.umask());
  await assert.rejects(storage.create('none/f', EMPTY), { code: 'ENOENT' });
});

test('a file has its first bytes at once', async (t) => {
  const { directory, storage } = rig(t);
  const head = Buffer.from('d4c3b2a1020004000000000000000000ffff000001000000', 'hex');
  const fd = await storage.create('f', head);
  await storage.close(fd);
  assert.deepEqual(readFileSync(join(directory, 'f')), head);
});

test('one character is one byte of the name', async (t) => {
  const { directory, storage } = rig(t);
  await create(storage, Buffer.from('Grüße', 'utf8').toString('latin1'));
  assert.deepEqual(readdirSync(directory), ['Grüße']);
});

test('symbolic links lead nowhere outside', async (t) => {
  const { directory, outside, storage } = rig(t);
  writeFileSync(join(outside, 'target'), 'precious');
  symlinkSync(join(outside, 'target'), join(directory, 'f'));
  symlinkSync(outside, join(directory, 'away'));
  mkdirSync(join(directory, 'sub'));
  symlinkSync('sub', join(directory, 'near'));
  await assert.rejects(storage.create('f', EMPTY), { code: 'ELOOP' });
  await assert.rejects(storage.create('away/g', EMPTY), /leads out/);
  await assert.rejects(storage.remove('away/target'), /leads out/);
  await create(storage, 'near/g');
  assert.deepEqual(readdirSync(outside), ['target']);
  assert.equal(readFileSync(join(outside, 'target'), 'utf8'), 'precious');
  assert.deepEqual(readdirSync(join(directory, 'sub')), ['g']);
});

test('the directory itself may be a link', async (t) => {
  const { directory, outside } = rig(t);
  mkdirSync(join(outside, 'sub'));
  symlinkSync(outside, join(directory, 'link'));
  const storage = new Storage(join(directory, 'link'));
  await create(storage, 'f');
  await create(storage, 'sub/f');
  assert.deepEqual(readdirSync(outside).sort(), ['f', 'sub']);
});

test('nothing but a regular file is opened, and a pipe is not waited for', async (t) => {
  const { directory, storage } = rig(t);
  execFileSync('mkfifo', [join(directory, 'pipe')]);
  mkdirSync(join(directory, 'folder'));
  await assert.rejects(storage.create('pipe', EMPTY), { code: 'ENXIO' });
  await assert.rejects(storage.create('folder', EMPTY), { code: 'EISDIR' });
  // With a reader it can be opened, and is refused all the same.
  const reader = openSync(join(directory, 'pipe'), constants.O_RDONLY | constants.O_NONBLOCK);
  t.after(() => closeSync(reader));
  await assert.rejects(storage.create('pipe', EMPTY), /not a regular file/);
});

test('knows what is there', async (t) => {
  const { storage } = rig(t);
  await create(storage, 'f');
  assert.equal(await storage.has('f'), true);
  assert.equal(await storage.has('g'), false);
  assert.equal(await storage.has('none/f'), false);
});

test('a file that is removed may be gone already', async (t) => {
  const { directory, storage } = rig(t);
  await create(storage, 'f');
  await storage.remove('f');
  await storage.remove('f');
  assert.deepEqual(readdirSync(directory), []);
});

test('moves a file in place of what is there', async (t) => {
  const { directory, outside, storage } = rig(t);
  await create(storage, 'f', 'content');
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
  await create(storage, 'f', 'content');
  await storage.moveTo(new Storage(memory), 'f', name);
  assert.equal(readFileSync(join(memory, name), 'utf8'), 'content');
  assert.deepEqual(readdirSync(directory), []);
  assert.deepEqual(
    readdirSync(memory).filter((entry) => entry.startsWith('.rtpproxy-')),
    [],
  );
});
