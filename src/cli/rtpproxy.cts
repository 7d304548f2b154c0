#!/usr/bin/env node
// CommonJS: to read the first ES module Node 20 uses its pool of threads already, which then has the size that it has.
import v8 = require('node:v8');

// Threads of the pool: a disk that does not answer must leave some of them to others (docs/architecture.md 9).
process.env.UV_THREADPOOL_SIZE ??= '24';

// Most of what is loaded runs once: V8 does not optimize until the start is over, for that leaves its compiler in memory.
v8.setFlagsFromString('--no-opt');
// The young generation of the JavaScript heap keeps its size: V8 would let it grow to 32 MB as sessions come and go, although
// what a command leaves behind is gone with its reply. As an option of `node` V8 takes no factor below 2.
v8.setFlagsFromString('--semi-space-growth-factor=1');

// Without a listener SIGUSR1 makes Node open a debugger port, and the daemon's own handlers come only later in the start
// (cli.md 13). Until then the signal has its default effect.
process.on('SIGUSR1', () => {
  if (process.listenerCount('SIGUSR1') > 1) return;
  process.removeAllListeners('SIGUSR1');
  process.kill(process.pid, 'SIGUSR1');
});

// An end that nobody has asked for is none that went well.
process.exitCode = 1;
// Not a static import: those are loaded before any of the above runs. An error of it is an unhandled rejection.
void import('./rtpproxy-process.ts');
