import { printHeading, type RelayCommand } from './comparison.ts';
import { table } from './relay/report.ts';
import type { Figures } from './relay/run.ts';

/** What both benchmarks of that kind are told. */
interface Options {
  /** With something, and without it. */
  readonly relays: readonly RelayCommand[];
  readonly rounds: number;
  readonly seconds: number;
}

/** A benchmark of a relay with something and without it. */
interface Benchmark<O extends Options> {
  readonly usage: string;
  parseOptions(args: readonly string[]): O;
  /** Measures it once, in a process of its own. */
  run(command: RelayCommand, withIt: boolean, options: O): Promise<Figures>;
  title(options: O): string;
}

/** Runs it round by round (A B A B), and prints the table. */
export async function runWithAndWithout<O extends Options>(
  { usage, parseOptions, run, title }: Benchmark<O>,
  args: readonly string[],
): Promise<void> {
  if (args.includes('--help')) {
    process.stdout.write(usage);
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
  console.log(`\n${table(title(options), series)}`);
}
