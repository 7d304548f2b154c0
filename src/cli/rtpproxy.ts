#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';

// The command is rtpproxy.cts, which comes here; `node dist/cli/rtpproxy.js` is the same daemon, but for the size of the pool on Node 20.
process.env.UV_THREADPOOL_SIZE ??= '24';

// Most of what is loaded runs once: V8 does not optimize until the start is over, for that leaves its compiler in memory.
setFlagsFromString('--no-opt');
// The young generation of the JavaScript heap keeps its size: V8 would let it grow to 32 MB as sessions come and go, although
// what a command leaves behind is gone with its reply. As an option of `node` V8 takes no factor below 2.
setFlagsFromString('--semi-space-growth-factor=1');
// That is collected by this thread alone in half a millisecond. Helpers have to be woken and waited for, on processors that relay
// workers need (test/bench/README.md, observe).
setFlagsFromString('--no-parallel-scavenge');

// Without a listener SIGUSR1 makes Node open a debugger port, and the daemon's own handlers come only later in the start
// (cli.md 13). Until then the signal has its default effect.
process.on('SIGUSR1', () => {
  if (process.listenerCount('SIGUSR1') > 1) return;
  process.removeAllListeners('SIGUSR1');
  process.kill(process.pid, 'SIGUSR1');
});

// Not a static import: those are loaded before any of the above runs.
await import('./rtpproxy-process.ts');
