// How much processor time, memory and delay a relay costs per packet and per session; see README.md.
import { writeFileSync } from 'node:fs';
import { benchmark } from './comparison.ts';
import { type Options, parseOptions, USAGE } from './relay/options.ts';
import { table } from './relay/report.ts';
import { type Figures, run } from './relay/run.ts';
import type { Scenario } from './relay/scenarios.ts';

interface Outcome {
  readonly scenario: string;
  readonly relay: string;
  readonly round: number;
  readonly figures: Figures;
}

async function measure(scenario: Scenario, options: Options): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let round = 0; round < options.rounds; round++) {
    for (const command of options.relays) {
      const figures = await run(command, scenario, options);
      outcomes.push({ scenario: scenario.name, relay: command.name, round, figures });
    }
  }
  return outcomes;
}

async function measureAll(options: Options): Promise<void> {
  const all: Outcome[] = [];
  for (const scenario of options.scenarios) {
    const outcomes = await measure(scenario, options);
    all.push(...outcomes);
    const series = options.relays.map(({ name }) => ({
      relay: name,
      rounds: outcomes.filter(({ relay }) => relay === name).map(({ figures }) => figures),
    }));
    console.log(`\n${table(scenario.name, series)}`);
    if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(all, null, 1)}\n`);
  }
}

await benchmark(USAGE, parseOptions, measureAll);
