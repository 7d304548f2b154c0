// What modules cost a relay, and whether what they write comes out; see README.md.
import { benchmark } from './comparison.ts';
import { type Options, parseOptions, USAGE } from './modules/options.ts';
import { run } from './modules/run.ts';
import { table } from './relay/report.ts';
import type { Figures } from './relay/run.ts';

/** Round by round (A B A B), each time in a process of its own. */
async function measure(options: Options): Promise<void> {
  const series = options.relays.map(({ name }) => ({ relay: name, rounds: [] as Figures[] }));
  for (let round = 0; round < options.rounds; round++) {
    for (const [index, command] of options.relays.entries()) {
      series[index]?.rounds.push(await run(command, index === 0, options));
    }
  }
  console.log(`\n${table(`${options.calls} calls`, series)}`);
}

await benchmark(USAGE, parseOptions, measure);
