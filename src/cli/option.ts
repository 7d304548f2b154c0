import type { ConfigDraft } from '../daemon/config-draft.ts';
import type { ArgumentKind } from './getopt.ts';

/** What an information option prints before the process exits with 0. */
export type Information = 'version' | 'capabilities' | 'clock' | 'help';

/** What giving an option does. */
export type OptionEffect =
  | { readonly kind: 'inform'; readonly what: Information }
  | { readonly kind: 'set'; apply(draft: ConfigDraft, value: string): void }
  /** Known to the C daemon, refused by this version; `help` says what it stands for. */
  | { readonly kind: 'planned' };

/** One row of the option table, the only source for parsing, `--help` and the manual page. */
export interface CliOption {
  readonly short?: string;
  readonly long?: string;
  readonly argument: ArgumentKind;
  /** Name of the argument in `--help`. */
  readonly argumentName: string;
  /** Shown in `--help` as it stands. */
  readonly defaultText?: string;
  readonly help: string;
  readonly effect: OptionEffect;
}

interface Names {
  readonly short?: string;
  readonly long?: string;
}

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

export function planned(names: Names & { readonly argument: ArgumentKind }, help: string): CliOption {
  return { ...names, argumentName: 'ARG', help, effect: { kind: 'planned' } };
}
