import { setFlagsFromString } from 'node:v8';

/**
 * Imported before everything else. Most of what is loaded runs once: V8 does not optimize until the start is over, for that
 * leaves its compiler in memory. And the young generation of the JavaScript heap keeps its size. V8 would let it grow to
 * 32 MB as sessions come and go, although what a command leaves behind is gone with its reply.
 */
setFlagsFromString('--no-opt');
// As an option of `node` V8 takes no factor below 2.
setFlagsFromString('--semi-space-growth-factor=1');
