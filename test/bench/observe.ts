// What it costs a relay to be looked at over HTTP; see README.md.
import { type Options, parseOptions, USAGE } from './observe/options.ts';
import { run } from './observe/run.ts';
import { runWithAndWithout } from './with-and-without.ts';

const title = ({ calls, talking }: Options) => `${calls} calls, ${talking} with media`;

try {
  await runWithAndWithout({ usage: USAGE, parseOptions, run, title }, process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
