import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Kinds of control sockets (protocol.md 2). */
export type Transport = 'udp' | 'udp6' | 'tcp' | 'tcp6' | 'unix' | 'cunix' | 'stdio' | 'stdioc';

/** RTP packets to send; those of a series differ in sequence number and timestamp. */
export interface MediaSend {
  /** Name of the media socket that sends. */
  readonly from: string;
  /** The daemon's port; numbers joined by `+` are added. */
  readonly to: string;
  readonly count?: number;
  readonly seq?: number;
  readonly seq_step?: number;
  readonly ts?: number;
  readonly ssrc?: number;
  readonly pt?: number;
  /** Bytes after the RTP header. */
  readonly payload?: number;
  /** The whole datagram, in place of an RTP packet. */
  readonly raw?: string;
  readonly interval_ms?: number;
}

/** Arguments of a check are variables' names and numbers. */
export type Check =
  | { readonly even: string | readonly string[] }
  | { readonly ne: readonly (string | number)[] }
  | { readonly eq: readonly (string | number)[] }
  | { readonly range: readonly [string, number, number] };

/** One step of a scenario; what its keys ask for happens in the order of the keys here. */
export interface Step {
  readonly sleep_ms?: number;
  readonly signal?: NodeJS.Signals;
  readonly reconnect?: true;
  readonly media_send?: MediaSend;
  readonly send?: string;
  readonly expect?: string;
  readonly expect_re?: string;
  readonly expect_none?: number;
  readonly stdin_eof?: true;
  readonly media_expect?: { readonly at: string; readonly count: number; readonly within_ms?: number };
  readonly expect_notify?: { readonly listener: string; readonly expect?: string; readonly lines?: readonly string[] };
  readonly expect_files?: { readonly dir: string; readonly names: readonly string[] };
  /** `min_ms` and `max_ms`: time from the end of input, or the begin of the step, to the exit. */
  readonly expect_exit?: {
    readonly code: number;
    readonly within_ms?: number;
    readonly min_ms?: number;
    readonly max_ms?: number;
  };
  readonly expect_running?: number;
  readonly check?: readonly Check[];
  /** Name of an extra socket that the step uses in place of the scenario's own. */
  readonly via?: string;
  readonly note?: string;
  /** The reply looks like a mistake of the C daemon; it is expected all the same, but where there is `here`. */
  readonly quirk?: true;
  /** What is answered here instead: a row of docs/compatibility.md. */
  readonly here?: string;
}

/** A recorded conversation with the C daemon (protocol.md 12). All strings are Latin-1. */
export interface Scenario {
  readonly name: string;
  readonly description: string;
  readonly transport: Transport;
  readonly daemon_args: readonly string[];
  readonly steps: readonly Step[];
  readonly extra_sockets?: Readonly<Record<string, Transport>>;
  readonly dirs?: readonly string[];
  readonly files?: readonly { readonly path: string; readonly size: number; readonly fill?: number }[];
  /** Local address of each media socket. */
  readonly media?: Readonly<Record<string, string>>;
  readonly listeners?: Readonly<Record<string, 'tcp' | 'unix'>>;
  readonly port_block?: number;
}

const FIXTURES = new URL('../fixtures/control/', import.meta.url);

const SCENARIO_KEYS = [
  ...['name', 'description', 'transport', 'daemon_args', 'steps', 'extra_sockets', 'dirs', 'files', 'media'],
  ...['listeners', 'port_block'],
  // About the recording and about daemons that run already: of no concern here.
  ...['reference', 'target_ok'],
];
const STEP_KEYS = [
  ...['sleep_ms', 'signal', 'reconnect', 'media_send', 'send', 'expect', 'expect_re', 'expect_none', 'stdin_eof'],
  ...[
    'media_expect',
    'expect_notify',
    'expect_files',
    'expect_exit',
    'expect_running',
    'check',
    'via',
    'note',
    'quirk',
    'here',
  ],
];

/** All scenarios of test/fixtures/control by their number (`01`), in this order. */
export function loadScenarios(): Map<string, Scenario> {
  const names = readdirSync(FIXTURES).filter((name) => name.endsWith('.json'));
  return new Map(
    names.sort().map((name) => [/^control-(\d+)-/.exec(name)?.[1] ?? basename(name), load(new URL(name, FIXTURES))]),
  );
}

/** Throws when the file has keys unknown here: an expectation that nobody looks at is worse than a failed one. */
function load(file: URL): Scenario {
  const scenario = JSON.parse(readFileSync(file, 'utf8')) as Scenario;
  const refuse = (what: string): never => {
    throw new Error(`${fileURLToPath(file)}: ${what}`);
  };
  for (const key of Object.keys(scenario)) if (!SCENARIO_KEYS.includes(key)) refuse(`unknown key ${key}`);
  for (const [index, step] of scenario.steps.entries()) {
    for (const key of Object.keys(step)) if (!STEP_KEYS.includes(key)) refuse(`step ${index + 1}: unknown key ${key}`);
    const expectations = [step.expect, step.expect_re, step.expect_none].filter((value) => value !== undefined);
    const wanted = step.send === undefined ? 0 : 1;
    if (expectations.length !== wanted) refuse(`step ${index + 1}: ${wanted} expected replies, not these`);
  }
  return scenario;
}
