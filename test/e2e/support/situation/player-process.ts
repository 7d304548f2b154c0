import { CALLS, endpointOf } from './addresses.ts';
import { type Part, type Played, play } from './player.ts';
import { CommandSignalling } from './signalling.ts';
import type { Situation } from './situation.ts';

// The process of a Stage: it plays what its parent asks for, any number of situations at once.

export interface Request {
  readonly id: number;
  readonly situation: Situation;
  /** Of the daemons that it is played in. */
  readonly controlPorts: readonly number[];
}

export interface Response {
  readonly id: number;
  readonly played?: Played;
  readonly error?: string;
}

/** Numbers that no call has at the moment; the one that has been free for the longest time comes first. */
const free = Array.from({ length: CALLS }, (_, i) => i + 1);

async function answer({ situation, controlPorts }: Request): Promise<Played> {
  const numbers = free.splice(0, controlPorts.length);
  if (numbers.length < controlPorts.length) throw new Error('too many calls at once');
  const parts: Part[] = numbers.map((number, i) => ({
    signalling: new CommandSignalling(situation, number, controlPorts[i] ?? 0),
    endpointOf: (place) => endpointOf(place, number),
  }));
  try {
    return await play(situation, parts);
  } finally {
    free.push(...numbers);
  }
}

function respond(response: Response): void {
  if (process.connected) process.send?.(response);
}

process.on('message', (request: Request) => {
  const { id } = request;
  answer(request).then(
    (played) => respond({ id, played }),
    (error: unknown) => respond({ id, error: String(error) }),
  );
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
