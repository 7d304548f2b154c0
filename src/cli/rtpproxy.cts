#!/usr/bin/env node
// CommonJS: to read the first ES module Node 20 uses its pool of threads already, which then has the size that it has. A disk that does
// not answer must leave some of them to others (docs/architecture.md 9).
process.env.UV_THREADPOOL_SIZE ??= '24';

// An end that nobody has asked for is none that went well.
process.exitCode = 1;
// An error of it is an unhandled rejection.
void import('./rtpproxy.ts');
