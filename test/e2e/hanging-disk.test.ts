import { accessSync, constants } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryDirectory } from '../helpers/cleanup.ts';
import { canUnshare, runInNamespace } from '../helpers/namespace.ts';

const PROGRAM = fileURLToPath(new URL('support/hanging-disk.ts', import.meta.url));

function canHang(): boolean {
  try {
    accessSync('/dev/fuse', constants.R_OK | constants.W_OK);
  } catch {
    return false;
  }
  return canUnshare();
}

test('a disk that does not answer delays only the commands that need it, and not the end of the daemon', {
  skip: canHang() ? false : 'there are no namespaces or no /dev/fuse here',
}, async (t) => {
  await runInNamespace([], PROGRAM, [temporaryDirectory(t)]);
});
