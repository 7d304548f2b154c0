import { spawnSync } from 'node:child_process';

/** Why a test cannot have a terminal of its own, false when it can. */
export const noTerminal = spawnSync('script', ['--version']).status === 0 ? false : 'script(1) is missing';

/**
 * The command line that runs a program on a terminal of its own; what it prints goes to the typescript too. The program takes the
 * place of script's shell: one that waited for it, as some do, would end by the signals of the terminal itself.
 */
export function onTerminal(program: readonly string[], typescript = '/dev/null'): string[] {
  const words = program.map((word) => `'${word.replaceAll("'", "'\\''")}'`);
  return ['env', 'SHELL=/bin/sh', 'script', '-qefc', `exec ${words.join(' ')}`, typescript];
}
