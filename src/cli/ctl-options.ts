import type { CallFilter } from '../calls/source.ts';
import { GetoptError, getopt, type OptionShape } from '../config/getopt.ts';
import { RANKINGS, type Ranking } from '../ctl/ranking.ts';
import type { CtlCommand, CtlManner } from '../ctl/run.ts';
import { DEFAULT_ENDPOINT, type EndpointTarget, parseEndpoint } from '../ctl/target.ts';

/** What rtpp-ctl does, for the manual. */
export const CTL_SUMMARY =
  'Shows the calls of a running rtpproxy, and says why one has no audio. It asks the HTTP endpoint that --http of the daemon ' +
  'opens, and changes nothing.';

/** The commands; the table is the only source for parsing, help, manual and completion. */
export const CTL_COMMANDS: readonly { readonly name: CtlCommand['kind']; readonly help: string }[] = [
  { name: 'calls', help: 'list the calls, one a line; figures are those of the caller and of the callee' },
  { name: 'show', help: 'all that is known of a call, both legs side by side' },
  {
    name: 'explain',
    help: 'what is wrong with a call, from which figures, and what to do; exit code 1 when something is',
  },
  { name: 'watch', help: 'follow a call until it ends: a line at every interval, and what begins to be wrong' },
  {
    name: 'top',
    help: 'the calls in an order, drawn again at every interval on a terminal; l, m, i and p sort, q ends',
  },
];

export const CTL_ID_HELP =
  'ID is the id in the first column of "calls", or a Call-ID; with several media, or a call that reached several phones, it ' +
  'means all of them.';

/** One option of rtpp-ctl. */
export interface CtlOption extends OptionShape {
  readonly long: string;
  readonly argumentName: string;
  readonly help: string;
}

export const CTL_OPTIONS: readonly CtlOption[] = [
  setting(
    'url',
    'URL',
    `endpoint: http://HOST:PORT, HOST:PORT or unix:PATH (default: RTPP_HTTP, or ${DEFAULT_ENDPOINT})`,
    'u',
  ),
  setting('token-file', 'FILE', 'file of --http-token-file of the daemon (default: RTPP_HTTP_TOKEN_FILE)', 't'),
  { short: 'j', long: 'json', argument: 'none', argumentName: '', help: 'JSON, one object a line' },
  setting('call-id', 'TEXT', 'calls, top: only calls with that in their Call-ID'),
  setting('address', 'TEXT', 'calls, top: only calls with that in an address'),
  setting('max-mos', 'N', 'calls, top: only calls with a leg of a MOS-LQ of at most that'),
  setting('min-loss', 'N', 'calls, top: only calls with a leg that loses at least so many percent'),
  setting('sort', RANKINGS.join('|'), 'calls, top: the worst first (default of top: loss)', 's'),
  setting('interval', 'SECONDS', 'top, watch: time between two looks (default 2)', 'i'),
  { short: 'h', long: 'help', argument: 'none', argumentName: '', help: 'print this' },
];

function setting(long: string, argumentName: string, help: string, short?: string): CtlOption {
  return { ...(short !== undefined && { short }), long, argument: 'required', argumentName, help };
}

/** An option as people read it: `-u, --url URL`. */
export function ctlSynopsis({ short, long, argumentName }: CtlOption): string {
  const name = short === undefined ? `--${long}` : `-${short}, --${long}`;
  return argumentName === '' ? name : `${name} ${argumentName}`;
}

/** A command as people read it: `show ID`. */
export function commandSynopsis(name: CtlCommand['kind']): string {
  return name === 'calls' || name === 'top' ? name : `${name} ID`;
}

export const CTL_EXIT: readonly (readonly [string, string])[] = [
  ['0', 'It was shown; of explain: the call is healthy.'],
  ['1', 'explain: something is wrong with the call.'],
  ['2', 'There is no such call.'],
  ['3', 'The endpoint could not be reached, or refused; standard error says what to do.'],
  ['4', 'The command line is wrong.'],
];

export const CTL_USAGE = `usage: rtpp-ctl [OPTION]... COMMAND [ID]
${CTL_COMMANDS.map(({ name, help }) => `  ${commandSynopsis(name).padEnd(12)} ${help}`).join('\n')}

${CTL_OPTIONS.map((option) => `  ${ctlSynopsis(option).padEnd(30)} ${option.help}`).join('\n')}

${CTL_ID_HELP}
Exit code: ${CTL_EXIT.map(([code, text]) => `${code} ${text}`).join(' ')}
`;

export interface CtlOptions {
  readonly endpoint: EndpointTarget;
  readonly tokenFile: string | undefined;
  readonly command: CtlCommand;
  readonly manner: CtlManner;
}

/** `--help` was given. */
export class CtlHelp extends Error {}

/** A command line that rtpp-ctl answers with its usage. */
export class CtlUsageError extends Error {}

const DEFAULT_SECONDS = 2;
const MIN_SECONDS = 0.2;
const MAX_SECONDS = 3600;

/** Reads the command line of rtpp-ctl. @throws CtlUsageError, CtlHelp */
export function parseCtlOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): CtlOptions {
  const given = new Map<string, string>();
  const operands: string[] = [];
  try {
    for (const { option, value } of getopt(args, CTL_OPTIONS, false)) {
      if (option === undefined) operands.push(value);
      else given.set(option.long, value ?? '');
    }
  } catch (error) {
    throw error instanceof GetoptError ? new CtlUsageError(error.message) : error;
  }
  if (given.has('help')) throw new CtlHelp();
  const url = given.get('url') ?? (env.RTPP_HTTP || DEFAULT_ENDPOINT);
  const endpoint = parseEndpoint(url);
  if (endpoint === undefined) throw new CtlUsageError(`no endpoint: ${url}`);
  return {
    endpoint,
    tokenFile: given.get('token-file') ?? (env.RTPP_HTTP_TOKEN_FILE || undefined),
    command: command(operands, given),
    manner: { json: given.has('json'), intervalMs: interval(given.get('interval')) },
  };
}

function command([name, id, ...rest]: readonly string[], given: ReadonlyMap<string, string>): CtlCommand {
  if (name === undefined) throw new CtlUsageError('no command');
  const kind = CTL_COMMANDS.find((each) => each.name === name)?.name;
  if (kind === undefined) throw new CtlUsageError(`no such command: ${name}`);
  if (rest.length > 0) throw new CtlUsageError(`one word too many: ${rest.join(' ')}`);
  if (kind === 'calls' || kind === 'top') {
    if (id !== undefined) throw new CtlUsageError(`"${kind}" takes no ID; --call-id TEXT chooses calls`);
    return { kind, filter: filter(given), ranking: ranking(given.get('sort')) };
  }
  if (id === undefined || id === '') throw new CtlUsageError(`"${kind}" needs the ID or the Call-ID of a call`);
  return { kind, id: bytes(id) };
}

function filter(given: ReadonlyMap<string, string>): CallFilter {
  const [callId, address] = [given.get('call-id'), given.get('address')];
  const [maxMos, minLoss] = [number(given, 'max-mos', 5), number(given, 'min-loss', 100)];
  return {
    ...(callId !== undefined && { callId: bytes(callId) }),
    ...(address !== undefined && { address }),
    ...(maxMos !== undefined && { maxMos }),
    ...(minLoss !== undefined && { minLoss }),
  };
}

/** An argument is UTF-8, and the text of a call has a character for each byte that the controller sent. */
function bytes(argument: string): string {
  return Buffer.from(argument).toString('latin1');
}

function number(given: ReadonlyMap<string, string>, name: string, highest: number): number | undefined {
  const text = given.get(name);
  if (text === undefined) return undefined;
  if (!/^\d{1,3}(\.\d{1,6})?$/.test(text) || Number(text) > highest) {
    throw new CtlUsageError(`--${name}: not a number from 0 to ${highest}: ${text}`);
  }
  return Number(text);
}

function ranking(text: string | undefined): Ranking | undefined {
  if (text === undefined) return undefined;
  const found = RANKINGS.find((name) => name === text);
  if (found === undefined) throw new CtlUsageError(`--sort is one of ${RANKINGS.join(', ')}, not ${text}`);
  return found;
}

function interval(text: string | undefined): number {
  const seconds = text === undefined ? DEFAULT_SECONDS : /^\d{1,4}(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!(seconds >= MIN_SECONDS && seconds <= MAX_SECONDS)) {
    throw new CtlUsageError(`--interval is a time from ${MIN_SECONDS} to ${MAX_SECONDS} seconds, not ${text}`);
  }
  return seconds * 1000;
}
