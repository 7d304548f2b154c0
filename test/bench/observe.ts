// What it costs a relay to be looked at over HTTP; see README.md.
import { printHeading, type RelayCommand } from './comparison.ts';
import { type Options, parseOptions, USAGE } from './observe/options.ts';
import { atFraction, ObservedRelay, type Round } from './observe/run.ts';
import { table } from './relay/report.ts';

interface Measured {
  readonly name: string;
  readonly relay: ObservedRelay;
  readonly rounds: Round[];
}

/** Both relays are there from the start to the end, and have their rounds in turn, each round first another one. */
async function measure(options: Options): Promise<void> {
  const all: Measured[] = [];
  try {
    for (const [index, command] of options.relays.entries()) all.push(await start(command, index === 0, options));
    for (let round = 0; round < options.rounds; round++) {
      for (const { relay, rounds } of round % 2 === 0 ? all : all.toReversed()) rounds.push(await relay.round());
      if (process.stderr.isTTY) process.stderr.write(`round ${round + 1} of ${options.rounds}\r`);
    }
  } finally {
    for (const { relay } of all) await relay.end();
  }
  const series = all.map(({ name, rounds }) => ({ relay: name, rounds: rounds.map(({ figures }) => figures) }));
  console.log(`\n${table(`${options.calls} calls, ${options.talking} with media`, series)}`);
  console.log(`\n${ofAllCommands(all)}`);
}

async function start(command: RelayCommand, http: boolean, options: Options): Promise<Measured> {
  return { name: command.name, relay: await ObservedRelay.start(command, http, options), rounds: [] };
}

/** The commands of all rounds together: one slow moment of the machine decides the p99 of a round, not of all. */
function ofAllCommands(all: readonly Measured[]): string {
  const times = all.map(({ rounds }) => rounds.flatMap(({ commandMs }) => commandMs));
  const rows = [0.5, 0.9, 0.99, 0.999].map((fraction) => {
    const [own = Number.NaN, other = Number.NaN] = times.map((list) => atFraction(list, fraction));
    return `p${100 * fraction} ${own.toFixed(2)} / ${other.toFixed(2)} ms = ${(own / other).toFixed(2)}`;
  });
  return `all commands of all rounds, ${all.map(({ name }) => name).join(' / ')}: ${rows.join(', ')}`;
}

try {
  const args = process.argv.slice(2);
  if (args.includes('--help')) process.stdout.write(USAGE);
  else {
    const options = parseOptions(args);
    printHeading(options);
    await measure(options);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
