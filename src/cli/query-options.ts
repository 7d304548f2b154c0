import { GetoptError, getopt, type OptionShape } from '../config/getopt.ts';

/** What rtpp-query does, for the manual. */
export const QUERY_SUMMARY =
  'Sends commands of the control protocol, such as V, I or "G nsess_created", one after the other, and writes each reply ' +
  'on lines of its own. One operand is one command.';

/** One option of rtpp-query; the table is the only source for parsing, help, manual and completion. */
export interface QueryOption extends OptionShape {
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
  {
    long: 'batch',
    argument: 'none',
    argumentName: '',
    help:
      'take commands from the lines of stdin, without those that begin with #, send some before the replies are there, and end ' +
      'with exit code 4 when one was answered with an error (E and a number)',
  },
  { long: 'json', argument: 'none', argumentName: '', help: 'write an object of JSON on a line for each command' },
  {
    long: 'watch',
    argument: 'required',
    argumentName: 'SECONDS',
    help: 'send the commands again and again, with that time between; a terminal shows the last replies, other output all of them',
  },
  {
    long: 'reply-timeout',
    argument: 'required',
    argumentName: 'SECONDS',
    help: 'end with exit code 2 when a command has no reply after that time (default 3)',
  },
  setting(
    'n',
    'N',
    'with --batch: commands under way at a time (default 1 over udp, 16 otherwise); else without effect',
  ),
  setting('S', 'DIR', 'accepted, without effect'),
  { short: 'h', long: 'help', argument: 'none', argumentName: '', help: 'print this' },
];

function setting(short: string, argumentName: string, help: string): QueryOption {
  return { short, argument: 'required', argumentName, help };
}

/** An option as people read it: `-s SOCKET` or `-h, --help`. */
export function querySynopsis({ short, long, argumentName }: QueryOption): string {
  const name = [...(short === undefined ? [] : [`-${short}`]), ...(long === undefined ? [] : [`--${long}`])].join(', ');
  return argumentName === '' ? name : `${name} ${argumentName}`;
}

/** Columns of the text beside the options. */
const HELP_WIDTH = 96;

export const QUERY_USAGE = `usage: rtpp-query [-s SOCKET] [-i FILE] [-o FILE] [-b] [-n N] [-t SECONDS] [-S DIR] [command ...]
       rtpp-query [OPTION]... --batch [--json]
       rtpp-query [OPTION]... --watch SECONDS [--json] command ...
${QUERY_OPTIONS.map(helpLines).join('\n')}

Commands are those of the control protocol, such as V, I or 'G nsess_created'; one operand is one command.
What an error reply (E and a number) means goes to stderr, once for each.
Exit code: 0 all commands were answered, 1 wrong option or no connection, 2 no reply, 3 the time was over, 4 with --batch:
a command was answered with an error, 141 nobody reads the output any more.
`;

function helpLines(option: QueryOption): string {
  const lines = [''];
  for (const word of option.help.split(' ')) {
    const line = `${lines.at(-1)} ${word}`;
    if (line.length > HELP_WIDTH) lines.push(` ${word}`);
    else lines[lines.length - 1] = line;
  }
  return lines.map((line, at) => `  ${(at === 0 ? querySynopsis(option) : '').padEnd(23)}${line}`).join('\n');
}

export interface QueryOptions {
  readonly socket: string;
  /** File with commands, `-`: stdin. */
  readonly input: string | undefined;
  /** `-`: stdout. */
  readonly output: string;
  readonly checkVersion: boolean;
  readonly timeoutMs: number | undefined;
  /** For each command. */
  readonly replyMs: number;
  readonly batch: boolean;
  readonly json: boolean;
  /** Pause between rounds; undefined: there is one. */
  readonly watchMs: number | undefined;
  /** Commands that may be under way at a time. */
  readonly width: number;
  readonly commands: readonly string[];
}

/** `--help` was given. */
export class QueryHelp extends Error {}

/** A command line that rtpp-query answers with its usage. */
export class QueryUsageError extends Error {}

const MAX_SECONDS = 2_147_483;
/** Time for a reply, as that of the client. */
const REPLY_MS = 3000;
/** Commands of a batch that are under way; as many as anybody may ask for. */
const BATCH_WIDTH = 16;
const MAX_WIDTH = 1024;

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
      else given.set(option.short ?? option.long ?? '', value ?? '');
    }
  } catch (error) {
    throw error instanceof GetoptError ? new QueryUsageError(error.message) : error;
  }
  if (given.has('h')) throw new QueryHelp();
  const socket = given.get('s') ?? 'unix:/var/run/rtpproxy.sock';
  const batch = given.has('batch');
  const input = batch ? (given.get('i') ?? '-') : given.get('i');
  const watchMs = milliseconds(given.get('watch'));
  if (commands.length === 0 && input === undefined) throw new QueryUsageError('no command');
  if (watchMs !== undefined && input !== undefined) throw new QueryUsageError('--watch takes its commands as operands');
  return {
    socket,
    input,
    output: given.get('o') ?? '-',
    checkVersion: !given.has('b'),
    timeoutMs: milliseconds(given.get('t')),
    replyMs: milliseconds(given.get('reply-timeout')) ?? REPLY_MS,
    batch,
    json: given.has('json'),
    watchMs,
    width: batchWidth(given.get('n'), batch, socket),
    commands,
  };
}

/** What the commands of a batch may overtake each other by; without one they are sent one by one. */
function batchWidth(text: string | undefined, batch: boolean, socket: string): number {
  if (text !== undefined && !/^[1-9]\d{0,5}$/.test(text)) throw new QueryUsageError(`not a number of workers: ${text}`);
  if (!batch) return 1;
  if (text !== undefined) return Math.min(MAX_WIDTH, Number(text));
  // Datagrams may change places, and with them a U and the L or D of the same call.
  return socket.startsWith('udp') ? 1 : BATCH_WIDTH;
}

function milliseconds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : 0;
  if (seconds < 0.001 || seconds > MAX_SECONDS) throw new QueryUsageError(`not a time in seconds: ${text}`);
  return Math.round(seconds * 1000);
}
