import type { TestCommand } from './generator.ts';

export type Reproduces = (commands: readonly TestCommand[]) => Promise<boolean>;

/**
 * The shortest list of commands found that ends with `last` and still shows its difference; undefined when not even the
 * whole history shows it again (it was a matter of time). The history of the same Call-ID is tried first.
 */
export async function shrink(
  history: readonly TestCommand[],
  last: TestCommand,
  reproduces: Reproduces,
  trials: number,
): Promise<readonly TestCommand[] | undefined> {
  let left = trials;
  const shows = async (before: readonly TestCommand[]) => {
    left -= 1;
    return reproduces([...before, last]);
  };
  const own = history.filter((command) => command.callId === last.callId || command.number === last.repeats);
  const starts = [...tails(own), ...tails(history)];
  let shortest: readonly TestCommand[] | undefined;
  for (const start of starts) {
    if (await shows(start)) {
      shortest = start;
      break;
    }
  }
  if (shortest === undefined) return undefined;
  // Leaves out ever smaller parts for as long as the rest shows the difference.
  for (let size = Math.ceil(shortest.length / 2); size >= 1 && left > 0; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < shortest.length && left > 0; ) {
      const rest: readonly TestCommand[] = [...shortest.slice(0, at), ...shortest.slice(at + size)];
      if (await shows(rest)) shortest = rest;
      else at += size;
    }
  }
  return [...shortest, last];
}

/** The last 0, 1, 3, 7, ... commands, and all of them. */
function tails(commands: readonly TestCommand[]): (readonly TestCommand[])[] {
  const lists: (readonly TestCommand[])[] = [];
  for (let count = 0; count < commands.length; count = 2 * count + 1)
    lists.push(commands.slice(commands.length - count));
  return [...lists, commands];
}
