import type { ConfigDraft } from './config-draft.ts';
import type { ArgumentKind } from './getopt.ts';

/** What an information option prints before the process exits with 0. */
export type Information = 'version' | 'capabilities' | 'clock' | 'help';

/** What giving an option does. */
export type OptionEffect =
  | { readonly kind: 'inform'; readonly what: Information }
  /** The configuration is printed instead of used. */
  | { readonly kind: 'check' }
  | { readonly kind: 'set'; apply(draft: ConfigDraft, value: string): void };

/** One row of the option table, the only source for parsing, `--help` and the manual page. */
export interface CliOption {
  readonly short?: string;
  readonly long?: string;
  /** Name in a configuration file; that of the long option, with `_`, when absent. */
  readonly key?: string;
  /** May be given several times, each of which counts. */
  readonly repeatable?: boolean;
  readonly argument: ArgumentKind;
  /** Name of the argument in `--help`. */
  readonly argumentName: string;
  /** Shown in `--help` as it stands. */
  readonly defaultText?: string;
  readonly help: string;
  readonly effect: OptionEffect;
}

type Names = Pick<CliOption, 'short' | 'long' | 'key' | 'repeatable'>;

export function inform(names: Names, what: Information, help: string): CliOption {
  return { ...names, argument: 'none', argumentName: '', help, effect: { kind: 'inform', what } };
}

export function flag(names: Names, help: string, apply: (draft: ConfigDraft) => void): CliOption {
  return { ...names, argument: 'none', argumentName: '', help, effect: { kind: 'set', apply } };
}

export function setting(
  names: Names & { readonly argumentName: string; readonly defaultText?: string },
  help: string,
  apply: (draft: ConfigDraft, value: string) => void,
): CliOption {
  return { ...names, argument: 'required', help, effect: { kind: 'set', apply } };
}

/** What an option is called in a configuration file; undefined for one that only a command line can have. */
export function configKey({ key, long, effect }: CliOption): string | undefined {
  return effect.kind === 'set' ? (key ?? long?.replaceAll('-', '_')) : undefined;
}

/** What an option is called on a command line. */
export function optionName({ short, long }: CliOption): string {
  return short === undefined ? `--${long}` : `-${short}`;
}
