import { networkInterfaces } from 'node:os';
import type { Configuration } from './configurations.ts';
import type { TestCommand } from './generator.ts';
import type { Answers } from './pair.ts';

/** A command that was sent, and what the daemons answered. */
export interface Step {
  readonly command: TestCommand;
  readonly answers: Answers;
}

/** A difference on purpose. */
export interface KnownDifference {
  readonly name: string;
  /** First cell of the row in docs/compatibility.md. */
  readonly row: string;
  /** `history`: the steps before on the same pair. */
  /** The reference ends. */
  readonly crash?: true;
  explains(step: Step, history: readonly Step[], configuration: Configuration): boolean;
}

const FEW_PAIRS = 20;
const PORT = /^\S+ [1-9]\d{3,4}\b/;
const NO_PORT = /^\S+ E7[12]\n|&& -1\n$/;
/** After `l`: not four parts, or a part that begins with 0. */
const SHORT_LOCAL = /l(?!\d+\.\d+\.\d+\.\d+)\d[\d.]*|l(\d+\.)*0\d/i;
const AFTER_DELETE = /&&\s+d\S*\s+&&(.*\s)?[lc]/is;

export const KNOWN: readonly KnownDifference[] = [
  {
    name: 'the pair of ports given out last is tried too',
    row: 'port table with one pair; random table with few free pairs',
    explains: ({ answers }, _history, { pairs }) => pairs !== undefined && pairs <= FEW_PAIRS && isRefusal(answers),
  },
  {
    name: 'a leg keeps its address when a new port cannot be bound',
    row: 'address after `l` or `r` that cannot be bound (`E71`, `-1`)',
    explains: ({ command: { callId }, answers }, history) =>
      (isRefusal(answers) || (havePorts(answers) && !haveSameText(answers))) &&
      history.some((before) => before.command.callId === callId && NO_PORT.test(before.answers.reference ?? '')),
  },
  {
    name: 'short forms of an address after l on a machine with loopback addresses only',
    row: '`U` and `L` with `l127.1` and other short, octal or single-number IPv4 forms',
    explains: ({ command: { body }, answers: { reference, ours } }) =>
      hasOnlyLoopback() && SHORT_LOCAL.test(body) && / E(3|31)\n$/.test(reference ?? '') && reference !== ours,
  },
  {
    name: 'IPv6 address with a scope',
    row: 'IPv6 peer address with a scope (`fe80::1%eth0`)',
    explains: ({ command, answers }) =>
      /\s[0-9a-f:.]+%\w+\s/i.test(command.body) && / E37\n| E3\n/.test(answers.ours ?? ''),
  },
  {
    name: 'no port is opened and nothing forked after && D',
    row: '`&& L` or `&& C` after `&& D`',
    explains: ({ command, answers }) => AFTER_DELETE.test(command.body) && / && -1\n$/.test(answers.ours ?? ''),
  },
  {
    name: 'TOS of a leg that was created on IPv6 and is now on IPv4',
    row: '`&& S tos=` for a leg that `n` moved from IPv6 to IPv4',
    explains: ({ command: { body }, answers: { reference, ours } }) =>
      body.includes(' tos=') && reference?.endsWith(' && -1\n') === true && results(reference) !== results(ours),
  },
  {
    name: 'a missing to-tag is no empty one',
    row: 'no to-tag with D, Q, P, S, R, C, N',
    explains: ({ command }, history) =>
      /^\s+[dqpsrcn]/i.test(command.body) &&
      history.some(({ command: { callId, body } }) => callId === command.callId && /^\s+u.*\s;/is.test(body)),
  },
  {
    name: 'the reference ends when values fit and their LF does not',
    row: 'cookie that leaves no room for the LF after the values of G or Q',
    crash: true,
    explains: ({ command: { body, cookieLength }, answers: { reference, ours } }) =>
      reference === undefined && cookieLength > 0 && /^\s*[gq]/i.test(body) && / E2[56]\n$/.test(ours ?? ''),
  },
  {
    name: 'Q without names does not fit',
    row: '`Q` without names after a cookie so long that the values do not fit',
    explains: ({ answers: { reference, ours } }) => / \n$/.test(reference ?? '') && / E26\n$/.test(ours ?? ''),
  },
  {
    name: 'a copy that failed, or && L after && D, uses up a pair of ports',
    row: '`C udp:` that fails',
    explains: ({ answers }, history) =>
      havePorts(answers) &&
      haveSameText(answers) &&
      history.some((step) => AFTER_DELETE.test(step.command.body) || copyFailed(step)),
  },
  {
    name: 'the source of a copy that failed is no local address',
    row: '`C udp:` that fails',
    explains: ({ answers }, history) => havePorts(answers) && !haveSameText(answers) && history.some(copyFailed),
  },
  {
    name: 'the target of a copy is checked although the leg is taken',
    row: '`C udp:` with a bad port on a leg that records, or no number with `-R`',
    explains: ({ command: { body }, answers: { ours } }) => /^\s+c.*\sudp:/is.test(body) && / E65\n$/.test(ours ?? ''),
  },
  {
    name: 'a file that another call is recorded into',
    row: 'two media of one call, or two calls under one name',
    explains: ({ command, answers: { ours } }, history) => {
      const target = copyTarget(command);
      if (target === undefined || !/ E65\n$/.test(ours ?? '')) return false;
      return history.some((before) => copyTarget(before.command) === target);
    },
  },
  {
    name: 'names of recordings are escaped and shortened',
    row: '`/` and control characters in a Call-ID or tag of a recording',
    explains: ({ command: { body }, answers: { reference, ours } }) =>
      /^\s+[cr]/i.test(body) && / E(50|65)\n$/.test(reference ?? '') && / 0\n$/.test(ours ?? ''),
  },
];

function copyFailed({ command: { body }, answers: { reference } }: Step): boolean {
  return /\sudp:/.test(body) && / E65\n$/.test(reference ?? '');
}

/**
 * Both gave a port for the same command, one of them a port that had stood for another one before: with ports taken at random
 * this is chance if it does not happen again.
 */
export function isChance({ answers }: Step, { pairs }: Configuration): boolean {
  return pairs === undefined && havePorts(answers) && haveSameText(answers);
}

/** The known difference that a step shows; `ended` if a daemon no longer runs. */
export function findKnown(
  step: Step,
  history: readonly Step[],
  configuration: Configuration,
  ended: boolean,
): KnownDifference | undefined {
  return KNOWN.find((entry) => (entry.crash ?? false) === ended && entry.explains(step, history, configuration));
}

function hasOnlyLoopback(): boolean {
  return Object.values(networkInterfaces()).every((list) => list?.every(({ internal }) => internal));
}

function isRefusal({ reference, ours }: Answers): boolean {
  return NO_PORT.test(reference ?? '') && PORT.test(ours ?? '');
}

function havePorts({ reference, ours }: Answers): boolean {
  return PORT.test(reference ?? '') && PORT.test(ours ?? '');
}

/** True when nothing but ports differs. */
function haveSameText({ reference, ours }: Answers): boolean {
  const text = (reply: string | undefined) => reply?.replaceAll(/(?<= )[1-9]\d{3,4}\b/g, 'port');
  return text(reference) === text(ours);
}

/** Number of texts in the reply, and whether the last one tells of a failure. */
function results(reply = ''): string {
  return `${reply.split(' && ').length} ${reply.endsWith(' && -1\n')}`;
}

function copyTarget({ body }: TestCommand): string | undefined {
  return /^\s+c\S*\s+\S+\s+(\S+)/i.exec(body)?.[1];
}
