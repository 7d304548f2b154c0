import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryDirectory } from '../helpers/cleanup.ts';
import { canUnshare, runInNamespace } from '../helpers/namespace.ts';

for (const [what, program, size] of [
  ['recording', 'full-disk.ts', '128k'],
  ['recording as sound', 'full-disk-wav.ts', '512k'],
] as const) {
  test(`on a full disk the call goes on, the loss is logged and counted, and the ${what} stays valid`, {
    skip: canUnshare() ? false : 'namespaces cannot be made here',
  }, async (t) => {
    const directory = temporaryDirectory(t);
    const script = fileURLToPath(new URL(`support/${program}`, import.meta.url));
    await runInNamespace([`mount -t tmpfs -o size=${size} none '${directory}'`], script, [directory]);
  });
}
