import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryDirectory } from '../helpers/cleanup.ts';
import { canUnshare, runInNamespace } from '../helpers/namespace.ts';
import { canHang } from './support/hanging-mount.ts';

const PROGRAM = fileURLToPath(new URL('support/hanging-disk.ts', import.meta.url));
const THREADS = fileURLToPath(new URL('support/hanging-threads.ts', import.meta.url));
const START = fileURLToPath(new URL('support/hanging-start.ts', import.meta.url));
const NAMES = fileURLToPath(new URL('support/hanging-names.ts', import.meta.url));
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

test('a start that fails does not wait for the disk', { skip }, async (t) => {
  await runInNamespace([], START, [temporaryDirectory(t)]);
});

test('a server of names that does not answer does not delay the end of the daemon', {
  skip: canUnshare() ? false : 'there are no namespaces here',
}, async (t) => {
  const directory = temporaryDirectory(t);
  const files = {
    'resolv.conf': 'nameserver 127.0.0.1\noptions timeout:30 attempts:5\n',
    'nsswitch.conf': 'hosts: dns\n',
  };
  const commands = Object.entries(files).map(([name, text]) => {
    const file = join(directory, name);
    writeFileSync(file, text);
    return `mount --bind ${file} /etc/${name}`;
  });
  await runInNamespace(commands, NAMES, []);
});
