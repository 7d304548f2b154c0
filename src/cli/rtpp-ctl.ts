#!/usr/bin/env node
import type { Terminal } from '../ctl/host.ts';
import { runCtl } from './ctl.ts';

const { stdin, stdout } = process;
const end = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => end.abort());
// Who reads has gone, as `head` does.
stdout.on('error', () => process.exit(0));

const terminal: Terminal = {
  get columns() {
    return stdout.columns;
  },
  get rows() {
    return stdout.rows;
  },
  listen(onKey, onResize) {
    const read = (key: Buffer) => onKey(key.toString('latin1'));
    stdin.setRawMode(true).on('data', read);
    stdout.on('resize', onResize);
    return () => {
      stdin.setRawMode(false).off('data', read).pause();
      stdout.off('resize', onResize);
    };
  },
};

const code = await runCtl(process.argv.slice(2), process.env, {
  out: (text) => {
    stdout.write(text, 'latin1');
  },
  err: (text) => process.stderr.write(text, 'latin1'),
  terminal: stdin.isTTY && stdout.isTTY ? terminal : undefined,
  signal: end.signal,
});
stdout.write('', () => process.exit(code));
