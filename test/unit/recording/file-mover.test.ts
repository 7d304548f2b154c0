import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Logger } from '../../../src/log/log.ts';
import { FileMover } from '../../../src/recording/file-mover.ts';
import { Storage } from '../../../src/recording/storage.ts';
import { temporaryDirectory } from '../../helpers/cleanup.ts';

const CALLS = 2000;

test('all recordings of a daemon that end at once are moved out of the spool', async (t) => {
  const top = temporaryDirectory(t);
  const [spool, directory] = [join(top, 'spool'), join(top, 'rec')];
  for (const each of [spool, directory]) mkdirSync(each);
  const lines: string[] = [];
  const logger: Logger = { enabled: () => true, log: (level, _where, text) => void lines.push(`${level} ${text}`) };
  const mover = new FileMover(new Storage(spool), new Storage(directory), logger);
  const names = Array.from({ length: CALLS }, (_, i) => `c${i}=a.rtp`);
  for (const name of names) writeFileSync(join(spool, name), '');
  let moved = 0;
  for (const name of names) mover.move(name, name, 'c', () => void moved++);
  assert.equal(mover.size, CALLS);
  await mover.settled();
  assert.deepEqual([mover.size, moved, lines], [0, CALLS, []]);
  assert.deepEqual(readdirSync(spool), []);
  assert.equal(readdirSync(directory).length, CALLS);
});
