import { parseArgs } from 'node:util';
import { chosenRelays, positive, RELAY_OPTIONS, RELAY_USAGE, type RelayCommand } from '../comparison.ts';
import { SCENARIOS, type Scenario } from './scenarios.ts';

export interface Options {
  readonly relays: readonly RelayCommand[];
  readonly scenarios: readonly Scenario[];
  readonly rounds: number;
  readonly seconds: number;
  readonly threads: number;
  /** Where the figures of every run go too, as JSON. */
  readonly json: string | undefined;
}

export const USAGE = `usage: npm run bench -- relay [OPTIONS]
Drives relays with calls, each in its turn (A B A B), and compares the others with the last one.
${RELAY_USAGE}
  --scenario=A,B        ${Object.keys(SCENARIOS).join(' ')}
                        (default: 100,300,1000,flood)
  --rounds=N            how often each relay is measured (default 3)
  --seconds=N           length of a run (default 5)
  --threads=N           of the load generator (default 1)
  --json=FILE           save the figures of every run
`;

/** @throws Error with what is wrong */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...RELAY_OPTIONS,
      scenario: { type: 'string', default: '100,300,1000,flood' },
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '5' },
      threads: { type: 'string', default: '1' },
      json: { type: 'string' },
    },
  });
  return {
    relays: chosenRelays(values.relay, values.reference),
    scenarios: values.scenario.split(',').map(scenario),
    rounds: positive('rounds', values.rounds),
    seconds: positive('seconds', values.seconds),
    threads: positive('threads', values.threads),
    json: values.json,
  };
}

function scenario(name: string): Scenario {
  const found = SCENARIOS[name];
  if (found === undefined) throw new Error(`--scenario: there is no ${name}`);
  return found;
}
