import type { NativeControlSockets } from './control-types.ts';
import type { NativeSystem } from './system-types.ts';
import type { NativeEngine, NativeEngineOptions } from './types.ts';

/** What the addon exports (`native/addon/module.cc`). */
export interface NativeModule extends NativeSystem {
  readonly apiVersion: number;
  readonly sessionFields: readonly string[];
  readonly totalFields: readonly string[];
  readonly eventSize: number;
  readonly NativeControlSockets: new (onCommands: () => void) => NativeControlSockets;
  readonly NativeEngine: new (options: NativeEngineOptions, onEvents: () => void) => NativeEngine;
}
