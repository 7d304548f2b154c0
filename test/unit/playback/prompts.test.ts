import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type PromptStore, Prompts } from '../../../src/playback/prompts.ts';
import { temporaryDirectory } from '../../helpers/cleanup.ts';

const MEGABYTE = 1024 * 1024;

/** Notes what it keeps. */
class StoreBook implements PromptStore {
  readonly kept = new Map<number, number>();
  added = 0;
  last: Uint8Array = new Uint8Array(0);

  addPrompt(data: Uint8Array): number {
    this.last = data;
    this.kept.set(++this.added, data.length);
    return this.added;
  }

  dropPrompt(prompt: number): void {
    assert.ok(this.kept.delete(prompt), `prompt ${prompt} was dropped before`);
  }
}

function rig(t: TestContext) {
  const directory = temporaryDirectory(t);
  const store = new StoreBook();
  const prompts = new Prompts(store);
  const path = (name: string) => join(directory, name);
  const write = (name: string, text: string | Buffer) => {
    writeFileSync(path(name), text);
    return path(name);
  };
  /** A file that takes no room on the disk. */
  const sparse = (name: string, size: number) => {
    writeFileSync(path(name), '');
    truncateSync(path(name), size);
    return path(name);
  };
  return { store, prompts, path, write, sparse };
}

test('a file is read once for all who play it', async (t) => {
  const { store, prompts, write } = rig(t);
  const path = write('a.0', 'sound');
  const first = await prompts.acquire(path);
  const second = await prompts.acquire(path);
  assert.deepEqual([first?.id, second?.id, first?.size], [1, 1, 5]);
  assert.equal(Buffer.from(store.last).toString(), 'sound');
  assert.equal(prompts.total, 5);
});

test('the path is the bytes of the command', async (t) => {
  const { prompts, write } = rig(t);
  const path = Buffer.from(write('ü.0', 'sound'), 'utf8').toString('latin1');
  assert.equal((await prompts.acquire(path))?.size, 5);
});

test('what is no file, or cannot be read, is no prompt', { timeout: 5000 }, async (t) => {
  const { store, prompts, path } = rig(t);
  mkdirSync(path('folder'));
  // Opening it for reading must not wait for a writer.
  execFileSync('mkfifo', [path('pipe')]);
  for (const name of ['missing', 'folder', 'pipe', 'missing/a.0', 'x'.repeat(300)]) {
    assert.equal(await prompts.acquire(path(name)), undefined, name);
  }
  assert.equal(await prompts.acquire('/dev/zero'), undefined);
  assert.equal(await prompts.acquire(''), undefined);
  assert.equal(await prompts.acquire('a\0b'), undefined);
  assert.equal(store.added, 0);
});

test('an empty file is a prompt', async (t) => {
  const { prompts, write } = rig(t);
  assert.equal((await prompts.acquire(write('a.0', '')))?.size, 0);
});

test('a changed file is read again; the old prompt goes with its last player', async (t) => {
  const { store, prompts, write } = rig(t);
  const path = write('a.0', 'sound');
  const [first, second] = [await prompts.acquire(path), await prompts.acquire(path)];
  assert.ok(first && second);
  renameSync(write('b.0', 'other'), path);
  assert.equal((await prompts.acquire(path))?.id, 2);
  utimesSync(path, 1, 1);
  assert.equal((await prompts.acquire(path))?.id, 3);
  assert.deepEqual([...store.kept.keys()], [1, 2, 3]);
  prompts.release(first);
  prompts.release(second);
  assert.deepEqual([...store.kept.keys()], [2, 3]);
  assert.equal(prompts.total, 10);
});

test('prompts stay in memory as long as there is room; what was not used longest goes first', async (t) => {
  const { store, prompts, sparse } = rig(t);
  const use = async (name: string) => {
    const prompt = await prompts.acquire(sparse(name, 60 * MEGABYTE));
    assert.ok(prompt, name);
    prompts.release(prompt);
  };
  for (const name of ['1.0', '2.0', '3.0', '4.0']) await use(name);
  assert.deepEqual([...store.kept.keys()], [1, 2, 3, 4]);
  await use('5.0');
  assert.deepEqual([...store.kept.keys()], [2, 3, 4, 5]);
  assert.equal(prompts.total, 240 * MEGABYTE);
});

test('what is played is never thrown out: then there is no room for another', async (t) => {
  const { store, prompts, sparse } = rig(t);
  const names = ['1.0', '2.0', '3.0', '4.0'];
  const playing = await Promise.all(names.map((name) => prompts.acquire(sparse(name, 64 * MEGABYTE))));
  const another = sparse('5.0', MEGABYTE);
  assert.equal(await prompts.acquire(another), undefined);
  assert.deepEqual([...store.kept.keys()], [1, 2, 3, 4]);
  const [first] = playing;
  assert.ok(first);
  prompts.release(first);
  assert.equal((await prompts.acquire(another))?.id, 5);
});

test('a file that is too long is no prompt', async (t) => {
  const { prompts, sparse } = rig(t);
  assert.equal(await prompts.acquire(sparse('a.0', 64 * MEGABYTE + 1)), undefined);
});
