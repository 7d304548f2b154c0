import type { Command } from './command.ts';
import type { ErrorName } from './errors.ts';

export type Verb = Command['verb'];

/** One command of the protocol (protocol.md 3). */
export interface VerbSpec {
  /** The letters that begin the first token, in lower case: one, or two for VF. */
  readonly letters: string;
  readonly verb: Verb;
  /** Number of tokens, the command itself included. */
  readonly minTokens: number;
  readonly maxTokens: number;
  /** Modifier letters in lower case; `#` stands for a number. Empty: none is taken. */
  readonly modifiers: string;
  /** Error for any other modifier. */
  readonly badModifier: ErrorName;
  readonly subCommands: boolean;
  readonly usage: string;
  readonly help: string;
}

/** The command table: the one place that knows letters, arity and modifiers. */
export const VERBS: readonly VerbSpec[] = [
  {
    letters: 'u',
    verb: 'update',
    minTokens: 5,
    maxTokens: 8,
    modifiers: 'aei6swzclrn',
    badModifier: 'unknownMediaModifier',
    subCommands: true,
    usage: 'U[modifiers] call_id addr port from_tag [to_tag] [notify_socket notify_tag]',
    help: 'create a session, or update one and return the port of the leg',
  },
  {
    letters: 'l',
    verb: 'lookup',
    minTokens: 5,
    maxTokens: 6,
    modifiers: 'aei6swzclrn',
    badModifier: 'unknownMediaModifier',
    subCommands: true,
    usage: 'L[modifiers] call_id addr port from_tag [to_tag]',
    help: 'return the port of the other leg of an existing session',
  },
  {
    letters: 'd',
    verb: 'delete',
    minTokens: 3,
    maxTokens: 4,
    modifiers: 'w',
    badModifier: 'unknownDeleteModifier',
    subCommands: false,
    usage: 'D[w] call_id from_tag [to_tag]',
    help: 'delete the matching sessions',
  },
  {
    letters: 'p',
    verb: 'play',
    minTokens: 5,
    maxTokens: 6,
    modifiers: '#',
    badModifier: 'badPlayCount',
    subCommands: false,
    usage: 'P[count] call_id prompt codecs from_tag [to_tag]',
    help: 'play a prompt to one party',
  },
  {
    letters: 's',
    verb: 'stop-play',
    minTokens: 3,
    maxTokens: 4,
    modifiers: '',
    badModifier: 'unexpectedModifier',
    subCommands: false,
    usage: 'S call_id from_tag [to_tag]',
    help: 'stop playing to one party',
  },
  {
    letters: 'r',
    verb: 'record',
    minTokens: 3,
    maxTokens: 4,
    modifiers: 's',
    badModifier: 'unknownRecordModifier',
    subCommands: false,
    usage: 'R[s] call_id from_tag [to_tag]',
    help: 'record the media received from one party',
  },
  {
    letters: 'c',
    verb: 'copy',
    minTokens: 4,
    maxTokens: 5,
    modifiers: 'sp',
    badModifier: 'unknownRecordModifier',
    subCommands: false,
    usage: 'C[sp] call_id target from_tag [to_tag]',
    help: 'copy the media received from one party to a file or a remote address',
  },
  {
    letters: 'n',
    verb: 'stop-record',
    minTokens: 3,
    maxTokens: 4,
    modifiers: 'a',
    badModifier: 'unknownRecordModifier',
    subCommands: false,
    usage: 'N[a] call_id from_tag [to_tag]',
    help: 'stop recording and copying',
  },
  {
    letters: 'q',
    verb: 'query',
    minTokens: 3,
    maxTokens: 15,
    modifiers: 'v',
    badModifier: 'unknownQueryModifier',
    subCommands: true,
    usage: 'Q[v] call_id from_tag [to_tag [name...]]',
    help: 'return statistics of a session',
  },
  {
    letters: 'g',
    verb: 'stats',
    minTokens: 1,
    maxTokens: 30,
    modifiers: 'v',
    badModifier: 'unknownStatsModifier',
    subCommands: false,
    usage: 'G[v] [name...]',
    help: 'return counters of the daemon',
  },
  {
    letters: 'i',
    verb: 'info',
    minTokens: 1,
    maxTokens: 1,
    modifiers: 'bl',
    badModifier: 'unknownInfoModifier',
    subCommands: false,
    usage: 'I[bl]',
    help: 'return a summary of sessions and packets',
  },
  {
    letters: 'v',
    verb: 'version',
    minTokens: 1,
    maxTokens: 1,
    modifiers: '',
    badModifier: 'unexpectedModifier',
    subCommands: false,
    usage: 'V',
    help: 'return the version of the base protocol',
  },
  {
    letters: 'vf',
    verb: 'feature',
    minTokens: 2,
    maxTokens: 2,
    modifiers: '',
    badModifier: 'unexpectedModifier',
    subCommands: false,
    usage: 'VF date',
    help: 'tell whether the feature of that date is supported',
  },
  {
    letters: 'x',
    verb: 'delete-all',
    minTokens: 1,
    maxTokens: 1,
    modifiers: '',
    badModifier: 'unexpectedModifier',
    subCommands: false,
    usage: 'X',
    help: 'delete all sessions',
  },
];

const BY_LETTERS = new Map(VERBS.map((spec) => [spec.letters, spec]));

/** The command that a first token names; undefined when there is none (E0). */
export function findVerb(token: string): VerbSpec | undefined {
  return BY_LETTERS.get(token.slice(0, 2).toLowerCase()) ?? BY_LETTERS.get(token.charAt(0).toLowerCase());
}
