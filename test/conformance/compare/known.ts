import type { Configuration } from './configurations.ts';
import type { TestCommand } from './generator.ts';
import type { Answers } from './pair.ts';

/** A command that was sent, and what the daemons answered. */
export interface Step {
  readonly command: TestCommand;
  readonly answers: Answers;
}

/** A difference that docs/compatibility.md lists. */
export interface KnownDifference {
  readonly name: string;
  /** `history`: the steps before on the same pair. */
  explains(step: Step, history: readonly Step[], configuration: Configuration): boolean;
}

const FEW_PAIRS = 20;
const PORT = /^\S+ [1-9]\d{3,4}\b/;
const ADDRESS = /^\S+ [1-9]\d{3,4} (\S+)/;
const NO_PORT = /^\S+ E7[12]\n|&& -1\n$/;

export const KNOWN: readonly KnownDifference[] = [
  {
    name: 'the pair of ports given out last is tried too',
    explains: ({ answers }, _history, { pairs }) => pairs !== undefined && pairs <= FEW_PAIRS && isRefusal(answers),
  },
  {
    name: 'a leg keeps its address when a new port cannot be bound',
    explains: ({ command, answers }, history) =>
      history.some(
        ({ command: { callId }, answers: { reference } }) => callId === command.callId && NO_PORT.test(reference ?? ''),
      ) &&
      (isRefusal(answers) || !haveSameAddress(answers)),
  },
  {
    name: 'IPv6 address with a scope',
    explains: ({ command, answers }) => / [0-9a-f:.]+%\w+ /i.test(command.body) && /E37|E3\n/.test(answers.ours ?? ''),
  },
  {
    name: 'no port is opened after && D',
    explains: ({ command, answers }) =>
      /&&\s+[dD][wW]*\s+&&(.*\s)?[lL]/s.test(command.body) && /&& -1\n$/.test(answers.ours ?? ''),
  },
  {
    name: 'TOS of a leg that was created on IPv6 and is now on IPv4',
    explains: ({ command: { body }, answers: { reference, ours } }) =>
      body.includes(' tos=') && reference?.endsWith(' && -1\n') === true && ours?.endsWith(' && -1\n') === false,
  },
  {
    name: 'a missing to-tag is no empty one',
    explains: ({ command }, history) =>
      /^\s+[dqpsrcn]/i.test(command.body) &&
      history.some(({ command: { callId, body } }) => callId === command.callId && /^\s+u.*\s;/is.test(body)),
  },
];

function isRefusal({ reference, ours }: Answers): boolean {
  return NO_PORT.test(reference ?? '') && PORT.test(ours ?? '');
}

function haveSameAddress({ reference, ours }: Answers): boolean {
  return ADDRESS.exec(reference ?? '')?.[1] === ADDRESS.exec(ours ?? '')?.[1];
}
