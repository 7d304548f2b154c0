// Loaded into the daemon's process by a test (`--import`): at each SIGWINCH its JavaScript thread does nothing else for
// half a second. It writes `stalling` to stderr at the begin, and at the end a line with both times, milliseconds of
// CLOCK_MONOTONIC.
import { writeSync } from 'node:fs';

const STALL_NS = 500_000_000n;

process.on('SIGWINCH', () => {
  const begin = process.hrtime.bigint();
  writeSync(2, 'stalling\n');
  let now = begin;
  while (now < begin + STALL_NS) now = process.hrtime.bigint();
  writeSync(2, `stalled ${Number(begin) / 1e6} ${Number(now) / 1e6}\n`);
});
