import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryDirectory } from '../helpers/cleanup.ts';
import { canUnshare, runInNamespace } from '../helpers/namespace.ts';
import { canHang } from './support/hanging-mount.ts';

const PROGRAM = fileURLToPath(new URL('support/hanging-disk.ts', import.meta.url));

for (const format of ['adhoc', 'wav']) {
  test(`a disk that does not answer delays only the commands that need it, and not the end of the daemon (${format})`, {
    skip: canHang() && canUnshare() ? false : 'there are no namespaces or no /dev/fuse here',
  }, async (t) => {
    await runInNamespace([], PROGRAM, [temporaryDirectory(t), format]);
  });
}
