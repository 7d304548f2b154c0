import { setFlagsFromString } from 'node:v8';

/**
 * Imported before the modules of the daemon: keeps the young generation of the JavaScript heap at the size that it has. V8
 * would let it grow to 32 MB as sessions come and go, although what a command leaves behind is gone with its reply. As an
 * option of `node` V8 takes no factor below 2, but how the daemon is started is not ours anyway.
 */
setFlagsFromString('--semi-space-growth-factor=1');
