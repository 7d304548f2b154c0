// Holds the write lock of a file until its input ends: node hold-lock.ts FILE.
import { closeSync, openSync } from 'node:fs';
import { loadNative } from '../../../src/addon/loader.ts';

const [path = ''] = process.argv.slice(2);
const fd = openSync(path, 'r+');
process.stdout.write(`${await loadNative().setWriteLock(fd, true)}\n`);
process.stdin.resume().once('end', () => closeSync(fd));
