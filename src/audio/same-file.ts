import { stat } from 'node:fs/promises';

/** True when both names are there and mean the same file: writing one would empty the other. */
export async function isSameFile(first: string, second: string): Promise<boolean> {
  const [one, other] = await Promise.all([first, second].map((path) => stat(path).catch(() => undefined)));
  return one?.isFile() === true && one.ino === other?.ino && one.dev === other.dev;
}
