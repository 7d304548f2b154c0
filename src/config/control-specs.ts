import { ControlSocketError } from '../control/errors.ts';
import { type ControlSpec, parseControlSpec } from '../control/spec.ts';
import type { Config } from './config.ts';
import { ConfigError } from './config-error.ts';

/**
 * The `-s` arguments.
 * @throws ConfigError for one that is no control socket
 */
export function controlSpecs({ controls, resolve }: Pick<Config, 'controls' | 'resolve'>): ControlSpec[] {
  try {
    return controls.map((text) => parseControlSpec(text, { noResolve: !resolve }));
  } catch (error) {
    throw controlFailure(error, controls);
  }
}

/** What the operator is told about a control socket that cannot be had, in the words of the C daemon; any other error as it is. */
export function controlFailure(error: unknown, controls: readonly string[]): unknown {
  if (!(error instanceof ControlSocketError)) return error;
  const last = `can't initialize control socket${controls.length > 1 ? 's' : ''}: ${error.reason}`;
  return new ConfigError([...error.lines, last].join('\nrtpproxy: '));
}
