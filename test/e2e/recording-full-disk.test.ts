import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryDirectory } from '../helpers/cleanup.ts';
import { canUnshare, runInNamespace } from '../helpers/namespace.ts';

const PROGRAM = fileURLToPath(new URL('support/full-disk.ts', import.meta.url));

test('on a full disk the call goes on, the loss is logged and counted, and the recording stays valid', {
  skip: canUnshare() ? false : 'namespaces cannot be made here',
}, async (t) => {
  const directory = temporaryDirectory(t);
  await runInNamespace([`mount -t tmpfs -o size=128k none '${directory}'`], PROGRAM, [directory]);
});
