import { cpus, release } from 'node:os';
import { fileURLToPath } from 'node:url';

// What the benchmarks that compare relays have in common.

/** A relay under test. */
export interface RelayCommand {
  readonly name: string;
  /** Program and arguments; those of every run are added. */
  readonly words: readonly string[];
}

const OURS = fileURLToPath(new URL('../../dist/cli/rtpproxy.cjs', import.meta.url));

/** For `parseArgs`. */
export const RELAY_OPTIONS = {
  relay: { type: 'string', multiple: true, default: [] as string[] },
  reference: { type: 'string' },
} as const;

export const RELAY_USAGE = `\
  --relay=NAME=COMMAND  relay to measure, absolute paths; may be repeated (default: ours=node dist/cli/rtpproxy.cjs)
  --reference=COMMAND   what to compare with, for example the C rtpproxy`;

/** The relays in their order, the reference last. Throws an Error with what is wrong. */
export function chosenRelays(relays: readonly string[], reference: string | undefined): RelayCommand[] {
  const chosen = relays.map(relayCommand);
  if (chosen.length === 0) chosen.push({ name: 'ours', words: [process.execPath, OURS] });
  if (reference !== undefined) chosen.push(relayCommand(`reference=${reference}`));
  return chosen;
}

function relayCommand(text: string): RelayCommand {
  const [, name, command = ''] = /^([\w.-]+)=(.*)$/.exec(text) ?? [];
  const words = command.split(' ').filter(Boolean);
  if (name === undefined || words.length === 0) throw new Error(`--relay: NAME=COMMAND expected, not ${text}`);
  return { name, words };
}

/** The value of an option that is a whole number from 1 on. */
export function positive(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name}: not a positive number: ${text}`);
  return value;
}

/** The relay to measure, with something and without it. */
export function withAndWithout(relays: readonly string[], reference: string | undefined, name: string): RelayCommand[] {
  const [relay] = chosenRelays(relays, reference);
  return relay === undefined
    ? []
    : [
        { ...relay, name },
        { ...relay, name: 'alone' },
      ];
}

/** How much is measured. */
interface Extent {
  readonly rounds: number;
  readonly seconds: number;
}

/** A benchmark as a program: `--help`, its heading, what it measures; an error is one line and exit code 1. */
export async function benchmark<Options extends Extent>(
  usage: string,
  parseOptions: (args: readonly string[]) => Options,
  measure: (options: Options) => Promise<void>,
): Promise<void> {
  try {
    const args = process.argv.slice(2);
    if (args.includes('--help')) {
      process.stdout.write(usage);
      return;
    }
    const options = parseOptions(args);
    printHeading(options);
    await measure(options);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

/** Prints machine and extent of the measurement. */
function printHeading({ rounds, seconds }: Extent): void {
  const [processor] = cpus();
  console.log(`${cpus().length} x ${processor?.model}, Linux ${release()}, node ${process.version}`);
  console.log(`${rounds} rounds of ${seconds} s; medians, ratios as minimum / median / maximum`);
}
