#!/usr/bin/env node
import { runQuery } from './query.ts';

const code = await runQuery(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  terminal: process.stdout.isTTY,
  err: (text) => process.stderr.write(text),
  interrupted: () => {
    const interrupt = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => interrupt.abort());
    return interrupt.signal;
  },
});
// Not left to the event loop: an input that nobody ends would keep the process running.
process.stdout.write('', () => process.exit(code));
