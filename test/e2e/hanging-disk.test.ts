import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryDirectory } from '../helpers/cleanup.ts';
import { canUnshare, runInNamespace } from '../helpers/namespace.ts';
import { canHang } from './support/hanging-mount.ts';

const PROGRAM = fileURLToPath(new URL('support/hanging-disk.ts', import.meta.url));
const THREADS = fileURLToPath(new URL('support/hanging-threads.ts', import.meta.url));
const skip = canHang() && canUnshare() ? false : 'there are no namespaces or no /dev/fuse here';

for (const format of ['adhoc', 'wav']) {
  test(`a disk that does not answer delays only the commands that need it, and not the end of the daemon (${format})`, {
    skip,
  }, async (t) => {
    await runInNamespace([], PROGRAM, [temporaryDirectory(t), format]);
  });
}

for (const [what, more] of [
  ['', []],
  [', a spool among it', ['spool']],
] as const) {
  test(`what ends on a disk that does not answer leaves threads to other disks (everything on it${what})`, {
    skip,
  }, async (t) => {
    await runInNamespace([], THREADS, [temporaryDirectory(t), ...more]);
  });
}
