// What it costs a relay to be looked at over HTTP; see README.md.
import { printHeading } from './comparison.ts';
import { parseOptions, USAGE } from './observe/options.ts';
import { run } from './observe/run.ts';
import { table } from './relay/report.ts';
import type { Figures } from './relay/run.ts';

async function main(args: readonly string[]): Promise<void> {
  if (args.includes('--help')) {
    process.stdout.write(USAGE);
    return;
  }
  const options = parseOptions(args);
  printHeading(options);
  const series = options.relays.map(({ name }) => ({ relay: name, rounds: [] as Figures[] }));
  for (let round = 0; round < options.rounds; round++) {
    for (const [index, command] of options.relays.entries()) {
      series[index]?.rounds.push(await run(command, index === 0, options));
    }
  }
  console.log(`\n${table(`${options.calls} calls, ${options.talking} with media`, series)}`);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
