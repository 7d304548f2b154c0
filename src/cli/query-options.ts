import { GetoptError, getopt, type OptionShape } from '../config/getopt.ts';

/** What rtpp-query does, for the manual. */
export const QUERY_SUMMARY =
  'Sends commands of the control protocol, such as V, I or "G nsess_created", one after the other, and writes each reply ' +
  'on lines of its own. One operand is one command.';

/** One option of rtpp-query; the table is the only source for parsing, help, manual and completion. */
export interface QueryOption extends OptionShape {
  readonly short: string;
  readonly argumentName: string;
  readonly help: string;
}

export const QUERY_OPTIONS: readonly QueryOption[] = [
  setting(
    's',
    'SOCKET',
    'control socket: unix:, cunix:, udp:, udp6:, tcp: or tcp6: (default unix:/var/run/rtpproxy.sock)',
  ),
  setting('i', 'FILE', 'take commands from the lines of this file, - for stdin'),
  setting('o', 'FILE', 'write the replies to this file, - for stdout (default)'),
  { short: 'b', argument: 'none', argumentName: '', help: 'do not ask for the version first' },
  setting('t', 'SECONDS', 'end with exit code 3 after that time'),
  setting('n', 'N', 'accepted, without effect'),
  setting('S', 'DIR', 'accepted, without effect'),
  { short: 'h', long: 'help', argument: 'none', argumentName: '', help: 'print this' },
];

function setting(short: string, argumentName: string, help: string): QueryOption {
  return { short, argument: 'required', argumentName, help };
}

/** An option as people read it: `-s SOCKET` or `-h, --help`. */
export function querySynopsis({ short, long, argumentName }: QueryOption): string {
  const name = long === undefined ? `-${short}` : `-${short}, --${long}`;
  return argumentName === '' ? name : `${name} ${argumentName}`;
}

export const QUERY_USAGE = `usage: rtpp-query [-s SOCKET] [-i FILE] [-o FILE] [-b] [-n N] [-t SECONDS] [-S DIR] [command ...]
${QUERY_OPTIONS.map((option) => `  ${querySynopsis(option).padEnd(11)} ${option.help}`).join('\n')}

Commands are those of the control protocol, such as V, I or 'G nsess_created'; one operand is one command.
What an error reply (E and a number) means goes to stderr, once for each.
Exit code: 0 all commands were answered, 1 wrong option or no connection, 2 no reply, 3 the time was over.
`;

export interface QueryOptions {
  readonly socket: string;
  /** File with commands, `-`: stdin. */
  readonly input: string | undefined;
  /** `-`: stdout. */
  readonly output: string;
  readonly checkVersion: boolean;
  readonly timeoutMs: number | undefined;
  readonly commands: readonly string[];
}

/** `--help` was given. */
export class QueryHelp extends Error {}

/** A command line that rtpp-query answers with its usage. */
export class QueryUsageError extends Error {}

const MAX_SECONDS = 2_147_483;

/**
 * Reads the command line of rtpp-query, whose options are those of `rtpp_query.py`.
 *
 * @throws QueryUsageError, QueryHelp
 */
export function parseQueryOptions(args: readonly string[]): QueryOptions {
  const given = new Map<string, string>();
  const commands: string[] = [];
  try {
    // As in the Python tool, the first operand ends the options.
    for (const { option, value } of getopt(args, QUERY_OPTIONS, true)) {
      if (option === undefined) commands.push(value);
      else given.set(option.short, value ?? '');
    }
  } catch (error) {
    throw error instanceof GetoptError ? new QueryUsageError(error.message) : error;
  }
  if (given.has('h')) throw new QueryHelp();
  const workers = given.get('n') ?? '1';
  if (!/^[1-9]\d{0,5}$/.test(workers)) throw new QueryUsageError(`not a number of workers: ${workers}`);
  const input = given.get('i');
  if (commands.length === 0 && input === undefined) throw new QueryUsageError('no command');
  return {
    socket: given.get('s') ?? 'unix:/var/run/rtpproxy.sock',
    input,
    output: given.get('o') ?? '-',
    checkVersion: !given.has('b'),
    timeoutMs: timeout(given.get('t')),
    commands,
  };
}

function timeout(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : 0;
  if (seconds < 0.001 || seconds > MAX_SECONDS) throw new QueryUsageError(`not a time in seconds: ${text}`);
  return Math.round(seconds * 1000);
}
