import { parseArgs } from 'node:util';
import { chosenRelays, positive, RELAY_OPTIONS, RELAY_USAGE, type RelayCommand } from '../comparison.ts';

export interface Options {
  readonly relays: readonly RelayCommand[];
  readonly outstanding: readonly number[];
  readonly rounds: number;
  readonly seconds: number;
  /** Processors of the relay and of the client; undefined: any. */
  readonly relayCpu: number | undefined;
  readonly clientCpu: number | undefined;
}

export const USAGE = `usage: npm run bench -- commands [OPTIONS]
Sets up and deletes calls (U, L, D over udp), relay by relay (A B A B), and compares the others with the last one.
${RELAY_USAGE}
  --outstanding=A,B     commands that wait for a reply at any time (default 1,16,64)
  --rounds=N            how often each relay is measured (default 5)
  --seconds=N           length of a run (default 3)
  --pin=RELAY,CLIENT    processors of the two (default 0,1); --pin=none: any
`;

/** @throws Error with what is wrong */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...RELAY_OPTIONS,
      outstanding: { type: 'string', default: '1,16,64' },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '3' },
      pin: { type: 'string', default: '0,1' },
    },
  });
  const pin = values.pin === 'none' ? [undefined, undefined] : processors(values.pin);
  return {
    relays: chosenRelays(values.relay, values.reference),
    outstanding: values.outstanding.split(',').map((count) => positive('outstanding', count)),
    rounds: positive('rounds', values.rounds),
    seconds: positive('seconds', values.seconds),
    relayCpu: pin[0],
    clientCpu: pin[1],
  };
}

function processors(text: string): number[] {
  if (!/^\d+,\d+$/.test(text)) throw new Error(`--pin: two processor numbers or none expected, not ${text}`);
  return text.split(',').map(Number);
}
