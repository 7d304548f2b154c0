// How many commands a second a relay executes, and how long their replies take; see README.md.
import { runCommandLoad } from '../helpers/command-load.ts';
import { type Options, parseOptions, USAGE } from './commands/options.ts';
import { benchmark, type RelayCommand } from './comparison.ts';
import { processFigures } from './relay/process-figures.ts';
import { RunScope, startRelay } from './relay/relay-process.ts';
import { table } from './relay/report.ts';
import type { Figures } from './relay/run.ts';

/** Seconds of commands before those that count: the first ones run cold. */
const WARM_UP = 1;

function pinned(cpu: number | undefined): string[] {
  return cpu === undefined ? [] : ['taskset', '-c', String(cpu)];
}

/** Measures one relay once, in a process of its own. */
async function run(command: RelayCommand, outstanding: number, options: Options): Promise<Figures> {
  const scope = new RunScope();
  try {
    const words = [...pinned(options.relayCpu), ...command.words];
    const relay = await startRelay(scope, { name: command.name, words }, { name: 'commands', sessions: 0 });
    const load = { port: relay.port, outstanding, launcher: pinned(options.clientCpu) };
    await runCommandLoad({ ...load, seconds: WARM_UP });
    const before = processFigures(relay.pid);
    const result = await runCommandLoad({ ...load, seconds: options.seconds });
    const after = processFigures(relay.pid);
    return {
      'commands per second': result.perSecond,
      'p50 us': result.p50,
      'p99 us': result.p99,
      'max us': result.max,
      'CPU us per command': ((after.cpu - before.cpu) / result.commands) * 1e6,
      'switches per command': (after.switches - before.switches) / result.commands,
      resent: result.resent,
      failed: result.failed + result.unended,
    };
  } finally {
    await scope.end();
  }
}

async function measure(options: Options): Promise<void> {
  for (const outstanding of options.outstanding) {
    const series = options.relays.map(({ name }) => ({ relay: name, rounds: [] as Figures[] }));
    for (let round = 0; round < options.rounds; round++) {
      for (const [i, command] of options.relays.entries()) {
        series[i]?.rounds.push(await run(command, outstanding, options));
      }
    }
    console.log(`\n${table(`${outstanding} outstanding`, series)}`);
  }
}

await benchmark(USAGE, parseOptions, measure);
