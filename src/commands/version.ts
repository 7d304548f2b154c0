import { BASIC_VERSION, supportsFeature } from '../protocol/capabilities.ts';
import type { FeatureCommand } from '../protocol/command.ts';
import type { CommandContext, Outcome } from './context.ts';

/** V: the version of the base protocol. */
export function version(): Outcome {
  return `${BASIC_VERSION}\n`;
}

/** VF: whether a dated feature is there (protocol.md 9). */
export function feature(command: FeatureCommand, context: CommandContext): Outcome {
  return supportsFeature(command.date, { notifications: context.notifyTargets.configured }) ? '1\n' : '0\n';
}
