import { parseArgs } from 'node:util';
import { positive, RELAY_OPTIONS, RELAY_USAGE, type RelayCommand, withAndWithout } from '../comparison.ts';

export interface Options {
  readonly relays: readonly RelayCommand[];
  /** Calls, and how many of them have media. */
  readonly calls: number;
  readonly talking: number;
  readonly rounds: number;
  readonly seconds: number;
}

export const USAGE = `usage: npm run bench -- observe [OPTIONS]
What it costs to be looked at: two relays at the same time, each with calls, some of them with media at 50 packets/s each way, and commands;
one has --http, a scrape each second and three clients of the event stream.
${RELAY_USAGE}
  --calls=N             sessions (default 2000)
  --talking=N           how many of them have media (default 200)
  --rounds=N            how often they are measured (default 5)
  --seconds=N           length of a round (default 10)
`;

/** @throws Error with what is wrong */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...RELAY_OPTIONS,
      calls: { type: 'string', default: '2000' },
      talking: { type: 'string', default: '200' },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '10' },
    },
  });
  return {
    relays: withAndWithout(values.relay, values.reference, 'looked at'),
    calls: positive('calls', values.calls),
    talking: positive('talking', values.talking),
    rounds: positive('rounds', values.rounds),
    seconds: positive('seconds', values.seconds),
  };
}
