#!/usr/bin/env node
import { runQuery } from './query.ts';

const code = await runQuery(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  err: (text) => process.stderr.write(text),
});
// Not left to the event loop: an input that nobody ends would keep the process running.
process.stdout.write('', () => process.exit(code));
