import assert from 'node:assert/strict';
import { closeSync, openSync } from 'node:fs';
import { test } from 'node:test';
import { openFiles } from '../../../src/metrics/open-files.ts';

test('open files are counted', async () => {
  const before = await openFiles();
  const files = Array.from({ length: 50 }, () => openSync('/dev/null', 'r'));
  const during = await openFiles();
  for (const file of files) closeSync(file);
  // Others in this process open and close some, too.
  assert(Math.abs(during - before - 50) < 10, `${before} became ${during}`);
});
