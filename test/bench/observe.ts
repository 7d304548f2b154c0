// What it costs a relay to be looked at over HTTP; see README.md.
import { benchmark } from './comparison.ts';
import { type Options, parseOptions, USAGE } from './observe/options.ts';
import { atFraction, ObservedRelay, type Round, round, SETTLE, WARM_UP } from './observe/run.ts';
import { table } from './relay/report.ts';

interface Measured {
  readonly name: string;
  readonly rounds: readonly Round[];
}

async function measure(options: Options): Promise<void> {
  const relays: ObservedRelay[] = [];
  const rounds: Round[][] = [];
  try {
    for (const [index, command] of options.relays.entries()) {
      relays.push(await ObservedRelay.start(command, index === 0, options));
    }
    for (let count = 0; count < options.rounds; count++) {
      rounds.push(await round(relays, options, count === 0 ? WARM_UP : SETTLE));
      if (process.stderr.isTTY) process.stderr.write(`round ${count + 1} of ${options.rounds}\r`);
    }
  } finally {
    for (const relay of relays) await relay.end();
  }
  const all = options.relays.map(({ name }, index) => ({ name, rounds: rounds.flatMap((each) => each[index] ?? []) }));
  const series = all.map(({ name, rounds: own }) => ({ relay: name, rounds: own.map(({ figures }) => figures) }));
  console.log(`\n${table(`${options.calls} calls, ${options.talking} with media`, series)}`);
  console.log(`\n${ofAllCommands(all)}`);
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

await benchmark(USAGE, parseOptions, measure);
