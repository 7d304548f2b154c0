import { type Play, type Played, play } from './player.ts';

// The process of a Stage: it plays what its parent asks for, any number of situations at once.

export interface Request {
  readonly id: number;
  readonly play: Play;
}

export interface Response {
  readonly id: number;
  readonly played?: Played;
  readonly error?: string;
}

function respond(response: Response): void {
  if (process.connected) process.send?.(response);
}

process.on('message', ({ id, play: wanted }: Request) => {
  play(wanted).then(
    (played) => respond({ id, played }),
    (error: unknown) => respond({ id, error: String(error) }),
  );
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
