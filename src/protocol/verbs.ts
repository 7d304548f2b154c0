import type { Command } from './command.ts';
import type { ErrorName } from './errors.ts';
import { DEFAULT_QUERY_NAMES } from './statistics.ts';

export type Verb = Command['verb'];

/** One command of the protocol (protocol.md 3). */
export interface VerbSpec {
  /** The letters that begin the first token, in lower case: one, or two for VF. */
  readonly letters: string;
  readonly verb: Verb;
  /** Number of tokens, the command itself included. */
  readonly minTokens: number;
  readonly maxTokens: number;
  /** Modifier letters in lower case and what they do; `#` stands for a number. Empty: none is taken. */
  readonly modifiers: ReadonlyMap<string, string>;
  /** Error for any other modifier. */
  readonly badModifier: ErrorName;
  readonly subCommands: boolean;
  readonly usage: string;
  readonly help: string;
  /** What a success answers, without LF. */
  readonly reply: string;
}

const NONE: ReadonlyMap<string, string> = new Map();

/** Modifiers of Q and G. */
const VALUES: ReadonlyMap<string, string> = new Map([['v', 'names before the values: `name=value`']]);

/** Modifiers of U, L and `&& L`; those with an argument have it right after the letter (protocol.md 6.2). */
const MEDIA: ReadonlyMap<string, string> = new Map([
  [
    'a',
    'asymmetric peer: its media may come from any port of the signalled host, and its address is never learned again',
  ],
  ['s', 'symmetric peer: media goes to where its media comes from (the default)'],
  ['w', 'weak: sets the weak flag of the leg, which `Dw` clears'],
  ['z', '`zMS`, 1 to 999: re-packetises media of this peer to packets of so many milliseconds'],
  ['c', '`cLIST`, such as `c0,8,101`: codecs of this peer, for `P ... session`'],
  ['e', 'bridge mode: the leg is on the external address; the first `e` or `i` is for leg 1, the second for leg 0'],
  ['i', 'bridge mode: the leg is on the internal address'],
  ['6', "the peer's address is IPv6"],
  ['l', '`l1.2.3.4`, `l[v6]` or `l{label}`: local address of the leg'],
  ['r', '`r1.2.3.4` or `r[v6]`: local address is the one that the kernel uses towards this address'],
  ['n', 'new port: closes the port of the leg and opens another one'],
]);

/** The command table: the one place that knows letters, arity and modifiers. */
export const VERBS: readonly VerbSpec[] = [
  {
    letters: 'u',
    verb: 'update',
    minTokens: 5,
    maxTokens: 8,
    modifiers: MEDIA,
    badModifier: 'unknownMediaModifier',
    subCommands: true,
    usage: 'U[modifiers] call_id addr port from_tag [to_tag] [notify_socket notify_tag]',
    help: 'create a session, or update one and return the port of the leg',
    reply: '`PORT`, ` ADDR` unless the leg is on the any-address, ` 6` if it is IPv6',
  },
  {
    letters: 'l',
    verb: 'lookup',
    minTokens: 5,
    maxTokens: 6,
    modifiers: MEDIA,
    badModifier: 'unknownMediaModifier',
    subCommands: true,
    usage: 'L[modifiers] call_id addr port from_tag [to_tag]',
    help: 'return the port of the other leg of an existing session',
    reply: 'as of U; `0` without such a session',
  },
  {
    letters: 'd',
    verb: 'delete',
    minTokens: 3,
    maxTokens: 4,
    modifiers: new Map([['w', 'clears the weak flag of a leg instead of the strong flag of the session']]),
    badModifier: 'unknownDeleteModifier',
    subCommands: false,
    usage: 'D[w] call_id from_tag [to_tag]',
    help: 'delete the matching sessions',
    reply: '`0`',
  },
  {
    letters: 'p',
    verb: 'play',
    minTokens: 5,
    maxTokens: 6,
    modifiers: new Map([['#', 'number of times; 0 only stops, negative is endless, 1 when absent']]),
    badModifier: 'badPlayCount',
    subCommands: false,
    usage: 'P[count] call_id prompt codecs from_tag [to_tag]',
    help: 'play a prompt to one party',
    reply: '`0`',
  },
  {
    letters: 's',
    verb: 'stop-play',
    minTokens: 3,
    maxTokens: 4,
    modifiers: NONE,
    badModifier: 'unexpectedModifier',
    subCommands: false,
    usage: 'S call_id from_tag [to_tag]',
    help: 'stop playing to one party',
    reply: '`0`, whether or not one was playing',
  },
  {
    letters: 'r',
    verb: 'record',
    minTokens: 3,
    maxTokens: 4,
    modifiers: new Map([['s', 'both legs in one file (`-P` only)']]),
    badModifier: 'unknownRecordModifier',
    subCommands: false,
    usage: 'R[s] call_id from_tag [to_tag]',
    help: 'record the media received from one party',
    reply: '`0`',
  },
  {
    letters: 'c',
    verb: 'copy',
    minTokens: 4,
    maxTokens: 5,
    modifiers: new Map([
      ['s', 'both legs in one file (`-P` only)'],
      ['p', 'answers the local port and address that the copies come from (`udp:` targets only)'],
    ]),
    badModifier: 'unknownRecordModifier',
    subCommands: false,
    usage: 'C[sp] call_id target from_tag [to_tag]',
    help: 'copy the media received from one party to a file or a remote address',
    reply: '`0`; with `p` `PORT ADDR` that the copy leaves from, the advertised address where there is one',
  },
  {
    letters: 'n',
    verb: 'stop-record',
    minTokens: 3,
    maxTokens: 4,
    modifiers: new Map([['a', 'both legs']]),
    badModifier: 'unknownRecordModifier',
    subCommands: false,
    usage: 'N[a] call_id from_tag [to_tag]',
    help: 'stop recording and copying',
    reply: '`0`',
  },
  {
    letters: 'q',
    verb: 'query',
    minTokens: 3,
    maxTokens: 15,
    modifiers: VALUES,
    badModifier: 'unknownQueryModifier',
    subCommands: true,
    usage: 'Q[v] call_id from_tag [to_tag [name...]]',
    help: 'return statistics of a session',
    reply: `the values, with blanks between; without names \`${DEFAULT_QUERY_NAMES.join(' ')}\``,
  },
  {
    letters: 'g',
    verb: 'stats',
    minTokens: 1,
    maxTokens: 30,
    modifiers: VALUES,
    badModifier: 'unknownStatsModifier',
    subCommands: false,
    usage: 'G[v] [name...]',
    help: 'return counters of the daemon',
    reply: 'the values, with blanks between; without names an empty line',
  },
  {
    letters: 'i',
    verb: 'info',
    minTokens: 1,
    maxTokens: 1,
    modifiers: new Map([
      ['b', 'the same as without'],
      ['l', 'adds the load'],
    ]),
    badModifier: 'unknownInfoModifier',
    subCommands: false,
    usage: 'I[bl]',
    help: 'return a summary of sessions and packets',
    reply: 'several lines',
  },
  {
    letters: 'v',
    verb: 'version',
    minTokens: 1,
    maxTokens: 1,
    modifiers: NONE,
    badModifier: 'unexpectedModifier',
    subCommands: false,
    usage: 'V',
    help: 'return the version of the base protocol',
    reply: '`20040107`',
  },
  {
    letters: 'vf',
    verb: 'feature',
    minTokens: 2,
    maxTokens: 2,
    modifiers: NONE,
    badModifier: 'unexpectedModifier',
    subCommands: false,
    usage: 'VF date',
    help: 'tell whether the feature of that date is supported',
    reply: '`1` or `0`',
  },
  {
    letters: 'x',
    verb: 'delete-all',
    minTokens: 1,
    maxTokens: 1,
    modifiers: NONE,
    badModifier: 'unexpectedModifier',
    subCommands: false,
    usage: 'X',
    help: 'delete all sessions',
    reply: '`0`',
  },
];

const BY_LETTERS = new Map(VERBS.map((spec) => [spec.letters, spec]));

/** The command that a first token names; undefined when there is none (E0). */
export function findVerb(token: string): VerbSpec | undefined {
  return BY_LETTERS.get(token.slice(0, 2).toLowerCase()) ?? BY_LETTERS.get(token.charAt(0).toLowerCase());
}
