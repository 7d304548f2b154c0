import { type ConfigDraft, newDraft } from './config-draft.ts';
import { ConfigError } from './config-error.ts';
import { GetoptError, getopt } from './getopt.ts';
import type { CliOption, Information } from './option.ts';
import { OPTIONS } from './options.ts';

/** A command line that is answered with its problem and the usage text. */
export class UsageError extends ConfigError {}

/** A command line that needs a configuration, to run with or to print. */
export interface RunRequest {
  readonly kind: 'run' | 'check';
  readonly draft: ConfigDraft;
  /** The options that the command line had. */
  readonly given: ReadonlySet<CliOption>;
}

/** What a command line asks for. */
export type Request = { readonly kind: 'inform'; readonly what: Information } | RunRequest;

/**
 * Evaluates the arguments after the program's name from left to right; the first information option or the first error
 * ends the evaluation (cli.md 2). Relative names of files count from `directory`.
 *
 * @throws UsageError, ConfigError
 */
export function evaluate(args: readonly string[], posixlyCorrect: boolean, directory?: string): Request {
  const draft = newDraft(directory);
  const given = new Set<CliOption>();
  let kind: 'run' | 'check' = 'run';
  let operands = 0;
  try {
    for (const step of getopt(args, OPTIONS, posixlyCorrect)) {
      if (step.option === undefined) {
        operands += 1;
        continue;
      }
      const { effect } = step.option;
      if (effect.kind === 'inform') return effect;
      given.add(step.option);
      if (effect.kind === 'check') kind = 'check';
      else effect.apply(draft, step.value ?? '');
    }
  } catch (error) {
    throw error instanceof GetoptError ? new UsageError(error.message) : error;
  }
  if (operands > 0) {
    const noun = operands === 1 ? 'argument' : 'arguments';
    throw new UsageError(`${operands} extra unhandled ${noun} at the end of the command line`);
  }
  return { kind, draft, given };
}
