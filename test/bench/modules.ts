// What modules cost a relay, and whether what they write comes out; see README.md.
import { type Options, parseOptions, USAGE } from './modules/options.ts';
import { run } from './modules/run.ts';
import { runWithAndWithout } from './with-and-without.ts';

const title = ({ calls }: Options) => `${calls} calls`;

try {
  await runWithAndWithout({ usage: USAGE, parseOptions, run, title }, process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
