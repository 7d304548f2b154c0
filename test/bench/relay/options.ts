import { parseArgs } from 'node:util';
import { SCENARIOS, type Scenario } from './scenarios.ts';

/** A relay under test. */
export interface RelayCommand {
  readonly name: string;
  /** Program and arguments; those of every run are added. */
  readonly words: readonly string[];
}

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
  --relay=NAME=COMMAND  relay to measure, absolute paths; may be repeated (default: ours=node dist/cli/rtpproxy.js)
  --reference=COMMAND   what to compare with, for example the C rtpproxy
  --scenario=A,B        ${Object.keys(SCENARIOS).join(' ')}
                        (default: 100,300,1000,flood)
  --rounds=N            how often each relay is measured (default 3)
  --seconds=N           length of a run (default 5)
  --threads=N           of the load generator (default 1)
  --json=FILE           save the figures of every run
`;

/** @throws Error with what is wrong */
export function parseOptions(args: readonly string[], ours: RelayCommand): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      relay: { type: 'string', multiple: true, default: [] },
      reference: { type: 'string' },
      scenario: { type: 'string', default: '100,300,1000,flood' },
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '5' },
      threads: { type: 'string', default: '1' },
      json: { type: 'string' },
    },
  });
  const relays = values.relay.map(relayCommand);
  if (relays.length === 0) relays.push(ours);
  if (values.reference !== undefined) relays.push(relayCommand(`reference=${values.reference}`));
  return {
    relays,
    scenarios: values.scenario.split(',').map(scenario),
    rounds: positive('rounds', values.rounds),
    seconds: positive('seconds', values.seconds),
    threads: positive('threads', values.threads),
    json: values.json,
  };
}

export function relayCommand(text: string): RelayCommand {
  const [, name, command = ''] = /^([\w.-]+)=(.*)$/.exec(text) ?? [];
  const words = command.split(' ').filter(Boolean);
  if (name === undefined || words.length === 0) throw new Error(`--relay: NAME=COMMAND expected, not ${text}`);
  return { name, words };
}

function scenario(name: string): Scenario {
  const found = SCENARIOS[name];
  if (found === undefined) throw new Error(`--scenario: there is no ${name}`);
  return found;
}

export function positive(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name}: not a positive number: ${text}`);
  return value;
}
