import type { OptionShape } from '../config/getopt.ts';

/** An option of a tool as people read it: `-F FORMAT` or `--compat`. */
export function toolSynopsis({ short, long, argumentName }: OptionShape & { readonly argumentName: string }): string {
  const name = short === undefined ? `--${long}` : `-${short}`;
  return argumentName === '' ? name : `${name} ${argumentName}`;
}
